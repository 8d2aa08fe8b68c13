using SelfInstruct.Models;
using SelfInstruct.Novelty;

namespace SelfInstruct.Cli;

/// <summary>From the options of `dedupe` to the near-duplicates they mean.</summary>
/// <param name="Measure">One of <see cref="Known"/>.</param>
/// <param name="Threshold">Null: the measure's own.</param>
/// <param name="Words">What is a word; null: not said.</param>
/// <param name="KeepTexts">For records.</param>
/// <param name="EmbeddingModel">Null: none named.</param>
/// <param name="Endpoint">Of the embedding model; null: not said.</param>
sealed record MeasureSelection(string Measure, double? Threshold, WordSplitter? Words, bool KeepTexts, string? EmbeddingModel, string? Endpoint) : IDisposable
{
    public const string RougeL = "rouge-l";
    public const string MinHash = "minhash";
    public const string Embedding = "embedding";

    OpenAIEmbeddings? _embeddings;

    public static string[] Known => [RougeL, MinHash, Embedding];

    WordSplitter WordsOrDefault => Words ?? WordSplitter.Released;

    /// <param name="time">For pauses between retries.</param>
    /// <param name="notices">Told of retries.</param>
    /// <exception cref="InvalidDataException">Options that do not go together, or a value outside its range.</exception>
    public INearDuplicates Open(TimeProvider time, IProgress<string> notices)
    {
        Refuse(Threshold is not (null or >= 0 and <= 1), $"--threshold is {Threshold}; it must be in [0, 1].");
        Refuse(KeepTexts && Measure != RougeL, $"--records are of ROUGE-L. Leave them out with --measure {Measure}.");
        Refuse(Measure != Embedding && (EmbeddingModel ?? Endpoint) is not null, $"--embedding-model and --endpoint have no meaning with --measure {Measure}. Leave them out, or add --measure embedding.");
        Refuse(Measure == Embedding && string.IsNullOrWhiteSpace(EmbeddingModel), "--measure embedding needs a model. Name it with --embedding-model.");
        Refuse(Measure == Embedding && Words is not null, "--words has no meaning with --measure embedding. Leave it out.");
        return Measure switch
        {
            RougeL => OpenExact(),
            MinHash => new MinHashIndex(new MinHashOptions { Threshold = Threshold ?? new MinHashOptions().Threshold, Words = WordsOrDefault }),
            _ => OpenEmbeddings(time, notices),
        };
    }

    public void Dispose() => _embeddings?.Dispose();

    NoveltyIndex OpenExact() =>
        new(new NoveltyOptions { Threshold = Threshold ?? new NoveltyOptions().Threshold, Words = WordsOrDefault, KeepTexts = KeepTexts });

    EmbeddingIndex OpenEmbeddings(TimeProvider time, IProgress<string> notices)
    {
        var endpoint = ModelSelection.Connect(Endpoint, $"--embedding-model {EmbeddingModel}", new EndpointOptions(), time, notices);
        _embeddings = new OpenAIEmbeddings(endpoint, EmbeddingModel!);
        var options = new EmbeddingOptions();
        return new EmbeddingIndex(EmbeddingModel!, _embeddings.EmbedAsync, options with { Threshold = Threshold ?? options.Threshold });
    }

    static void Refuse(bool isWrong, string message)
    {
        if (isWrong)
        {
            throw new InvalidDataException(message);
        }
    }
}
