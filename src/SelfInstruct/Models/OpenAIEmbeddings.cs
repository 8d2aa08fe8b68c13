using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>A model behind POST /embeddings: texts to vectors.</summary>
public sealed class OpenAIEmbeddings(ModelEndpoint endpoint, string name) : IDisposable
{
    internal static readonly ExpectedAnswer<EmbeddingsAnswer> Expected = new(
        "embeddings", ModelJson.Format.EmbeddingsAnswer, static answer => answer.Data is not null, "The server does not take this request: the model may not embed, or a text may be longer than it reads.");

    /// <param name="texts">At least one, none of them empty; at most as many as the server takes at once.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One vector a text, in order, as the server gave it.</returns>
    /// <exception cref="ModelException">No usable answer after the retries, or not one vector for each text.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var body = new EmbeddingsBody(name, [.. texts]);
        return Read(await endpoint.PostAsync("embeddings", body, ModelJson.Format.EmbeddingsBody, Expected, cancellationToken).ConfigureAwait(false), texts.Count);
    }

    /// <param name="answer">Usable.</param>
    /// <param name="count">Of texts.</param>
    /// <exception cref="ModelException">Not one vector for each text.</exception>
    internal IReadOnlyList<float[]> Read(EmbeddingsAnswer answer, int count)
    {
        var vectors = new float[]?[count];
        foreach (var item in answer.Data!.Value)
        {
            if (item is not { Index: { } index, Embedding: { } vector } || index < 0 || index >= vectors.Length || vectors[index] is not null)
            {
                throw Incomplete($"holds an embedding of index {item?.Index?.ToString() ?? "null"} that is empty, given twice, or of no text");
            }

            vectors[index] = vector;
        }

        var missing = Array.IndexOf(vectors, null);
        return missing < 0 ? [.. vectors.OfType<float[]>()] : throw Incomplete($"has no embedding of text {missing}");

        ModelException Incomplete(string what) =>
            new($"{endpoint.Address}: the answer of {name} to {count} texts {what}. Check that the server is OpenAI-compatible and that the model embeds.");
    }

    public void Dispose() => endpoint.Dispose();
}

/// <summary>Body of POST /embeddings.</summary>
public sealed record EmbeddingsBody(string Model, ImmutableArray<string> Input);

/// <summary>What it answers, as far as it is used; in any order.</summary>
public sealed record EmbeddingsAnswer(ImmutableArray<TextEmbedding?>? Data = null);

/// <param name="Index">Of its text in the input.</param>
/// <param name="Embedding">As long as the model's vectors are.</param>
public sealed record TextEmbedding(int? Index = null, float[]? Embedding = null);
