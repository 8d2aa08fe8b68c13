using System.Runtime.InteropServices;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>One completion on its way: what is known of its text, and who waits for it.</summary>
/// <param name="prompt">Tokens, the document start first.</param>
/// <param name="contextLength">Positions the model has.</param>
sealed class Generation(
    BytePairTokenizer tokenizer, int[] prompt, Sampling sampling, int contextLength, CancellationToken cancellationToken)
{
    readonly List<int> _tokens = [.. prompt];
    readonly Dictionary<int, int> _used = [];
    readonly StreamingDecoder _decoder = new(tokenizer);
    readonly CompletionText _text = new(sampling.Stop.IsDefault ? [] : sampling.Stop);
    readonly TaskCompletionSource<Completion> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _drawn;

    /// <summary>Tokens to draw at most. The last one is never read again, so it may lie one past the context.</summary>
    readonly int _limit = Math.Min(sampling.MaxTokens, contextLength + 1 - prompt.Length);

    public Task<Completion> Completion => _completion.Task;

    public Sampling Sampling => sampling;

    public CancellationToken CancellationToken => cancellationToken;

    public bool IsOver => _completion.Task.IsCompleted;

    public int PromptLength => prompt.Length;

    /// <summary>Prompt and completion so far.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Draws the next token; the completion may be complete with it.</summary>
    public void Draw(TokenSampler sampler, Span<float> logits)
    {
        var token = sampler.Next(logits, sampling, _used, _drawn++);
        if (token == tokenizer.EndOfText)
        {
            Finish("stop");
            return;
        }

        _tokens.Add(token);
        CollectionsMarshal.GetValueRefOrAddDefault(_used, token, out _)++;
        if (_text.Append(_decoder.Append(token)))
        {
            Finish("stop");
        }
        else if (_drawn == _limit)
        {
            Finish("length");
        }
    }

    public void Fail(Exception reason) => _completion.TrySetException(reason);

    public void Cancel() => _completion.TrySetCanceled(cancellationToken);

    void Finish(string reason)
    {
        // Bytes of an unfinished character may still complete a stop string that ends in U+FFFD.
        reason = !_text.IsStopped && _text.Append(_decoder.Flush()) ? "stop" : reason;
        _completion.TrySetResult(new(_text.ToString(), reason, new(prompt.Length - 1, _drawn)));
    }
}
