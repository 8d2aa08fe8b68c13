using System.Runtime.InteropServices;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>One completion on its way: what is known of its text, and who waits for it.</summary>
/// <param name="prompt">Tokens, the document start first; at least one.</param>
/// <param name="countedPrompt">Tokens of it that are the caller's.</param>
/// <param name="contextLength">Positions the model has.</param>
/// <param name="pieces">Told of the text as it grows, on the thread that draws; null: nobody.</param>
sealed class Generation(
    BytePairTokenizer tokenizer, int[] prompt, int countedPrompt, LocalRequest request, int contextLength, IProgress<CompletionPiece>? pieces,
    CancellationToken cancellationToken)
{
    readonly List<int> _tokens = [.. prompt];
    readonly Dictionary<int, int> _used = [];
    readonly HashSet<int> _seen = [.. prompt];
    readonly List<DrawnToken> _probable = [];
    readonly StreamingDecoder _decoder = new(tokenizer);
    readonly CompletionText _text = new(request.Sampling.Stop.IsDefault ? [] : request.Sampling.Stop);
    readonly TaskCompletionSource<LocalCompletion> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _drawn;
    int _toldCharacters;
    int _toldTokens;

    /// <summary>Tokens to draw at most. The last one is never read again, so it may lie one past the context.</summary>
    readonly int _limit = Math.Min(request.Sampling.MaxTokens, contextLength + 1 - prompt.Length);

    public Task<LocalCompletion> Completion => _completion.Task;

    public CancellationToken CancellationToken => cancellationToken;

    public bool IsOver => _completion.Task.IsCompleted;

    /// <summary>Cache pages it can come to need.</summary>
    public int MostPages => (prompt.Length + _limit - 1 + CachePage.Positions - 1) / CachePage.Positions;

    public int PromptLength => prompt.Length;

    /// <summary>Prompt and completion so far.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Draws the next token; the completion may be complete with it.</summary>
    public void Draw(TokenSampler sampler, Span<float> logits)
    {
        var probabilities = request.LogProbabilities is null ? null : new LogProbabilities(logits);
        var token = sampler.Next(logits, request, _seen, _used, _drawn++);
        if (probabilities is not null)
        {
            _probable.Add(probabilities.Of(token, request.LogProbabilities!.Value));
        }

        if (tokenizer.Vocabulary.EndTokens.Contains(token))
        {
            Finish("stop");
            return;
        }

        _tokens.Add(token);
        _seen.Add(token);
        CollectionsMarshal.GetValueRefOrAddDefault(_used, token, out _)++;
        if (_text.Append(_decoder.Append(token)))
        {
            Finish("stop");
        }
        else if (_drawn == _limit)
        {
            Finish("length");
        }
        else
        {
            Tell(isLast: false);
        }
    }

    public void Fail(Exception reason) => _completion.TrySetException(reason);

    public void Cancel() => _completion.TrySetCanceled(cancellationToken);

    void Finish(string reason)
    {
        // Bytes of an unfinished character may still complete a stop string that ends in U+FFFD.
        reason = !_text.IsStopped && _text.Append(_decoder.Flush()) ? "stop" : reason;
        Tell(isLast: true);
        _completion.TrySetResult(new(new(_text.ToString(), reason, new(countedPrompt, _drawn)), [.. _probable]));
    }

    void Tell(bool isLast)
    {
        if (pieces is null)
        {
            return;
        }

        var certain = isLast ? _text.Length : _text.Certain;
        pieces.Report(new(_text.Slice(_toldCharacters, certain), _drawn - _toldTokens, request.LogProbabilities is null ? [] : [.. _probable[_toldTokens..]]));
        (_toldCharacters, _toldTokens) = (certain, _drawn);
    }
}
