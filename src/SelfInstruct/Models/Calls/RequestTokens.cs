using System.Text.Json;

namespace SelfInstruct.Models.Calls;

/// <summary>What a request may cost, before its bill is known.</summary>
static class RequestTokens
{
    const int BytesPerToken = 3;

    /// <summary>One token per three bytes, and as many as the completion may have: an upper estimate.</summary>
    /// <param name="body">JSON of any provider's request.</param>
    public static int Estimate(ReadOnlySpan<byte> body)
    {
        var completion = 0;
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            var isMaximum = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1
                && (reader.ValueTextEquals("max_tokens"u8) || reader.ValueTextEquals("max_completion_tokens"u8) || reader.ValueTextEquals("max_output_tokens"u8));
            if (isMaximum && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var maximum))
            {
                completion = maximum;
            }
        }

        return (int)Math.Min(int.MaxValue, ((body.Length + BytesPerToken - 1L) / BytesPerToken) + completion);
    }
}
