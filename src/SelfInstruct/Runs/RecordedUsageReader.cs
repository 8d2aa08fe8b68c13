using System.Text.Json;
using SelfInstruct.Models;

namespace SelfInstruct.Runs;

/// <summary>
/// Reads of a completion's line what the counts of a run are made of, and nothing into memory but that: a resume reads
/// hundreds of thousands of lines, which are mostly prompts. Same result as deserializing a <see cref="RecordedUsage"/>.
/// </summary>
sealed class RecordedUsageReader
{
    readonly List<string> _stages = [];

    /// <summary>False where the line is not what it should be; deserializing it says in which way.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, out string stage, out TokenUsage usage, out int droppedDemonstrations)
    {
        (stage, var prompt, var completion, droppedDemonstrations) = ("", -1, -1, 0);
        var (hasKey, hasReason, wellFormed) = (false, false, true);
        try
        {
            var reader = new Utf8JsonReader(json);
            while (wellFormed && reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.CurrentDepth == 1 && reader.ValueTextEquals("stage"u8))
                {
                    wellFormed = reader.Read() && reader.TokenType == JsonTokenType.String;
                    stage = wellFormed ? Intern(ref reader) : "";
                }
                else if (reader.CurrentDepth == 1 && reader.ValueTextEquals("dropped_demonstrations"u8))
                {
                    wellFormed = TryReadNumber(ref reader, out droppedDemonstrations);
                }
                else if (reader.CurrentDepth == 1 && reader.ValueTextEquals("key"u8))
                {
                    hasKey = reader.Read() && reader.TokenType == JsonTokenType.String;
                }
                else if (reader.CurrentDepth == 1 && reader.ValueTextEquals("finish_reason"u8))
                {
                    hasReason = reader.Read() && reader.TokenType == JsonTokenType.String;
                }
                else if (reader.CurrentDepth == 1 && reader.ValueTextEquals("usage"u8))
                {
                    wellFormed = TryReadUsage(ref reader, out prompt, out completion);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair is found only where a text is looked at.
            wellFormed = false;
        }

        usage = new TokenUsage(prompt, completion);
        return wellFormed && hasKey && hasReason && stage.Length > 0 && prompt >= 0 && completion >= 0;
    }

    static bool TryReadUsage(ref Utf8JsonReader reader, out int prompt, out int completion)
    {
        (prompt, completion) = (-1, -1);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var wellFormed = true;
        while (wellFormed && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
            {
                wellFormed = TryReadNumber(ref reader, out prompt);
            }
            else if (reader.ValueTextEquals("completion_tokens"u8))
            {
                wellFormed = TryReadNumber(ref reader, out completion);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return wellFormed;
    }

    static bool TryReadNumber(ref Utf8JsonReader reader, out int number)
    {
        number = 0;
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out number);
    }

    /// <summary>A handful of names, each of which stands in very many lines.</summary>
    string Intern(ref Utf8JsonReader reader)
    {
        foreach (var known in _stages)
        {
            if (reader.ValueTextEquals(known))
            {
                return known;
            }
        }

        var stage = reader.GetString()!;
        _stages.Add(stage);
        return stage;
    }
}
