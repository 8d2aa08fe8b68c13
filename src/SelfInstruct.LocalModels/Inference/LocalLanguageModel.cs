using System.Globalization;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>
/// A model that runs in this process. A prompt is a text that it continues, read behind the vocabulary's start of text;
/// that token takes part in no count, because the last token drawn is never read. A chat model answers a message.
/// A completion depends on its request alone: not on others in flight, nor on the number of threads.
/// </summary>
public sealed class LocalLanguageModel : ILanguageModel, IDisposable
{
    readonly BytePairTokenizer _tokenizer;
    readonly ChatTemplate? _template;
    readonly GenerationQueue _queue;
    readonly DecodingThread[] _threads;

    /// <param name="id">Such as "local/starter".</param>
    /// <param name="threads">Each with its own batch, at least 1; null: one per processor.</param>
    /// <exception cref="InvalidDataException">The vocabulary is not a byte-level one, or not of the model's size.</exception>
    public LocalLanguageModel(ModelFile model, string id, int? threads = null)
        : this(model.Weights, model.Vocabulary, id, new LocalModelOptions { Threads = threads })
    {
    }

    /// <param name="model">Read here, and not needed afterwards.</param>
    /// <exception cref="InvalidDataException">The vocabulary is broken, or not of the model's size.</exception>
    public LocalLanguageModel(StoredModel model, string id, LocalModelOptions options)
        : this(model.Tensors, model.Vocabulary, id, options)
    {
    }

    LocalLanguageModel(IDecoderTensorSource source, Vocabulary vocabulary, string id, LocalModelOptions options)
    {
        var count = options.Threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(options));
        CheckVocabulary(source.Config, vocabulary);
        var memory = CacheMemory.Share(source.Config, options.CacheBytes, count);
        if (memory.SequencePages < 1)
        {
            throw new ArgumentException($"{options.CacheBytes} bytes of cache hold no page of this model on {count} threads.", nameof(options));
        }

        (Id, ContextLength) = (id, Math.Min(source.Config.ContextLength, memory.Positions));
        _tokenizer = new(vocabulary);
        _template = ChatTemplate.Recognize(vocabulary);
        _queue = new(count);
        var packed = new PackedDecoder(source, ContextLength);
        var most = (MaxConcurrency + count - 1) / count;
        _threads = [.. Enumerable.Range(0, count).Select(_ => new DecodingThread(packed, _queue, most, memory))];
    }

    public string Id { get; }

    public int ContextLength { get; }

    /// <summary>True when the model came with a chat template of a known form.</summary>
    public bool IsChat => _template is not null;

    public int MaxConcurrency => 64;

    /// <summary>As every prompt is read and every completion written.</summary>
    public BytePairTokenizer Tokenizer => _tokenizer;

    public int CountTokens(string text) => _tokenizer.Count(text);

    /// <summary>Positions of the context that the prompt takes, a start of text included.</summary>
    /// <exception cref="ModelException">A conversation for a model without a chat template.</exception>
    /// <exception cref="InvalidDataException">A conversation whose roles the model's template has no place for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token that the vocabulary does not have.</exception>
    public int CountPositions(LocalRequest request) => Encode(request).Prompt.Length;

    /// <summary>
    /// Finish reason "stop": a stop string or an end token; "length": the most tokens asked for, or the end of the context.
    /// Tokens drawn count as completion tokens, those of a stop string and of the end too.
    /// </summary>
    /// <exception cref="ModelException">The prompt leaves no room for a completion, or the model's weights are broken.</exception>
    /// <exception cref="ArgumentException">A setting of <see cref="Sampling"/> is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, before or meanwhile.</exception>
    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        ChatTurn[] turns = request.IsMessage && IsChat ? [new ChatTurn("user", request.Prompt)] : [];
        var local = await GenerateAsync(new LocalRequest(request.Prompt, [.. turns], request.Sampling), cancellationToken).ConfigureAwait(false);
        return local.Completion;
    }

    /// <summary>As <see cref="CompleteAsync"/>, with more settings.</summary>
    /// <exception cref="ModelException">Also: a conversation for a model without a chat template.</exception>
    public Task<LocalCompletion> GenerateAsync(LocalRequest request, CancellationToken cancellationToken) => GenerateAsync(request, null, cancellationToken);

    /// <summary>As <see cref="GenerateAsync(LocalRequest, CancellationToken)"/>, telling of the text as it grows.</summary>
    /// <param name="request">What to complete.</param>
    /// <param name="pieces">Called on the thread that draws tokens, which waits for it; the last piece comes before the result.</param>
    /// <param name="cancellationToken">Ends the completion at the next step.</param>
    public async Task<LocalCompletion> GenerateAsync(LocalRequest request, IProgress<CompletionPiece>? pieces, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SamplingRanges.Check(request);
        var (prompt, counted) = Encode(request);
        if (prompt.Length > ContextLength || prompt is [])
        {
            throw new ModelException(prompt is []
                ? $"{Id}: the prompt is empty, and this model has no token to start a text with"
                : $"{Id}: the prompt has {counted} tokens and leaves no room for a completion in a context of {ContextLength}; use fewer or shorter demonstrations");
        }

        var generation = new Generation(_tokenizer, prompt, counted, request, ContextLength, pieces, cancellationToken);
        _queue.Add(generation);
        await using var registration = cancellationToken.UnsafeRegister(static waiting => ((Generation)waiting!).Cancel(), generation).ConfigureAwait(false);
        return await generation.Completion.ConfigureAwait(false);
    }

    /// <summary>Stops the threads; completions in flight fail.</summary>
    public void Dispose()
    {
        foreach (var generation in _queue.Close())
        {
            generation.Fail(new ObjectDisposedException(nameof(LocalLanguageModel)));
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    /// <returns>The prompt as the model reads it, and how many of its tokens are the caller's.</returns>
    (int[] Prompt, int Counted) Encode(LocalRequest request)
    {
        if (request.PromptTokens is { IsDefaultOrEmpty: false } tokens)
        {
            var unknown = tokens.FirstOrDefault(id => id < 0 || id >= _tokenizer.Vocabulary.Tokens.Length);
            ArgumentOutOfRangeException.ThrowIfNegative(unknown, nameof(request));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(unknown, _tokenizer.Vocabulary.Tokens.Length, nameof(request));
            return ([.. tokens], tokens.Length);
        }

        int[] start = _tokenizer.Vocabulary.StartOfText is { } token ? [token] : [];
        var text = EncodeText(request);
        return ([.. start, .. text], text.Length);
    }

    int[] EncodeText(LocalRequest request)
    {
        if (request.Turns.IsDefaultOrEmpty)
        {
            return _tokenizer.Encode(request.Prompt);
        }

        return _template is null
            ? throw new ModelException($"{Id}: this model has no chat template of a known form, and cannot answer a conversation; let it continue a text instead")
            : _template.Encode(_tokenizer, request.Turns);
    }

    static void CheckVocabulary(DecoderConfig config, Vocabulary vocabulary)
    {
        var (tokens, rows) = (vocabulary.Tokens.Length, config.VocabularySize);
        int[] named = [vocabulary.EndOfText, vocabulary.StartOfText ?? vocabulary.EndOfText, .. vocabulary.EndTokens];
        if (tokens != rows || Array.Exists(named, token => token < 0 || token >= tokens))
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"the vocabulary has {tokens} tokens, end-of-text being {vocabulary.EndOfText}, but the model {rows} embeddings; a model needs the tokenizer it was trained with"));
        }
    }
}
