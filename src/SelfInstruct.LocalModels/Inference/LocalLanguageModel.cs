using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>
/// A model that runs in this process and continues text. As in training, a document starts with end-of-text: the model
/// reads that token and then the prompt's; it takes part in no count, because the last token drawn is never read.
/// A completion depends on its request alone: not on others in flight, nor on the number of threads.
/// </summary>
public sealed class LocalLanguageModel : ILanguageModel, IDisposable
{
    const long PrefixBytes = 128L << 20;

    readonly BytePairTokenizer _tokenizer;
    readonly GenerationQueue _queue;
    readonly DecodingThread[] _threads;

    /// <param name="id">Such as "local/starter".</param>
    /// <param name="threads">Each with its own batch, at least 1; null: one per processor.</param>
    /// <exception cref="InvalidDataException">The vocabulary is not a byte-level one, or not of the model's size.</exception>
    public LocalLanguageModel(ModelFile model, string id, int? threads = null)
    {
        var count = threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        CheckVocabulary(model);
        (Id, ContextLength) = (id, model.Config.ContextLength);
        _tokenizer = new(model.Vocabulary);
        _queue = new(count);
        var packed = new PackedDecoder(model.Weights);
        var most = (MaxConcurrency + count - 1) / count;
        _threads = [.. Enumerable.Range(0, count).Select(_ => new DecodingThread(packed, _queue, most, PrefixBytes / count))];
    }

    public string Id { get; }

    public int ContextLength { get; }

    public bool IsChat => false;

    public int MaxConcurrency => 64;

    public int CountTokens(string text) => _tokenizer.Count(text);

    /// <summary>
    /// Finish reason "stop": a stop string or end-of-text; "length": the most tokens asked for, or the end of the context.
    /// Tokens drawn count as completion tokens, those of a stop string and end-of-text too.
    /// </summary>
    /// <exception cref="ModelException">The prompt leaves no room for a completion, or the model's weights are broken.</exception>
    /// <exception cref="ArgumentException">A setting of <see cref="Sampling"/> is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, before or meanwhile.</exception>
    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckSampling(request.Sampling);
        int[] prompt = [_tokenizer.EndOfText, .. _tokenizer.Encode(request.Prompt)];
        if (prompt.Length > ContextLength)
        {
            throw new ModelException(
                $"{Id}: the prompt has {prompt.Length - 1} tokens and leaves no room for a completion in a context of {ContextLength}; use fewer or shorter demonstrations");
        }

        var generation = new Generation(_tokenizer, prompt, request.Sampling, ContextLength, cancellationToken);
        _queue.Add(generation);
        await using var registration = cancellationToken.UnsafeRegister(static waiting => ((Generation)waiting!).Cancel(), generation);
        return await generation.Completion;
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

    static void CheckVocabulary(ModelFile model)
    {
        var (tokens, rows) = (model.Vocabulary.Tokens.Length, model.Config.VocabularySize);
        if (tokens != rows || model.Vocabulary.EndOfText < 0 || model.Vocabulary.EndOfText >= tokens)
        {
            throw new InvalidDataException(
                $"the vocabulary has {tokens} tokens, end-of-text being {model.Vocabulary.EndOfText}, but the model {rows} embeddings; a model needs the tokenizer it was trained with");
        }
    }

    static void CheckSampling(Sampling sampling)
    {
        Check(sampling.Temperature >= 0 && double.IsFinite(sampling.Temperature), nameof(sampling.Temperature), sampling.Temperature, "0 (greedy) or more");
        Check(sampling.TopP is > 0 and <= 1, nameof(sampling.TopP), sampling.TopP, "above 0 and at most 1");
        Check(double.IsFinite(sampling.FrequencyPenalty), nameof(sampling.FrequencyPenalty), sampling.FrequencyPenalty, "a finite number");
        Check(double.IsFinite(sampling.PresencePenalty), nameof(sampling.PresencePenalty), sampling.PresencePenalty, "a finite number");
        Check(sampling.MaxTokens >= 1, nameof(sampling.MaxTokens), sampling.MaxTokens, "at least 1");
        Check(sampling.Stop.IsDefault || !sampling.Stop.Any(string.IsNullOrEmpty), nameof(sampling.Stop), "\"\"", "strings that are not empty");
    }

    static void Check(bool holds, string name, object value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException($"Sampling.{name} is {value}; it must be {expected}", name);
        }
    }
}
