using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;
using Turn = SelfInstruct.LocalModels.Inference.ChatTurn;

namespace SelfInstruct.LocalModels.Training;

/// <summary>From rows to what the model reads: just what it would be given at inference, and then what it shall answer.</summary>
public sealed class SequenceEncoder
{
    readonly BytePairTokenizer tokenizer;
    readonly ChatTemplate? template;
    readonly float promptWeight;

    /// <param name="promptWeight">Of the tokens of a prompt in the loss; a completion's and its end count 1.</param>
    public SequenceEncoder(Vocabulary vocabulary, double promptWeight)
    {
        (tokenizer, this.promptWeight) = (new BytePairTokenizer(vocabulary), (float)promptWeight);
        template = ChatTemplate.Recognize(vocabulary);
    }

    /// <summary>
    /// Laid-out text stands as it is. Other rows are for a chat model a conversation in its template, one sequence for
    /// every answer; for a base model one sequence in the layout of <see cref="DatasetRow.Encode"/>.
    /// </summary>
    /// <param name="random">Draws the layout of a row with fields.</param>
    public IEnumerable<TrainingSequence> Encode(DatasetRow row, Random random) => template is null || row.IsLaidOut
        ? [Encode(row.Encode(random))]
        : EncodeAnswers([.. row.Turns.Select(static turn => new Turn(turn.Role, turn.Content))], template);

    /// <summary>Pieces are encoded apart, as at inference the prompt is there before the completion.</summary>
    public TrainingSequence Encode(IEnumerable<TextPiece> pieces)
    {
        var builder = Begin();
        foreach (var piece in pieces)
        {
            int[] encoded = piece.Learn ? [.. tokenizer.Encode(piece.Text), tokenizer.EndOfText] : tokenizer.Encode(piece.Text);
            builder.Add(encoded, piece.Learn ? 1 : promptWeight);
        }

        return builder.ToSequence();
    }

    IEnumerable<TrainingSequence> EncodeAnswers(ImmutableArray<Turn> turns, ChatTemplate template)
    {
        foreach (var (index, _) in turns.Index().Where(static turn => turn.Item.Role == "assistant"))
        {
            var prompt = template.Encode(tokenizer, turns[..index]);
            var builder = Begin();
            builder.Add(prompt, promptWeight);
            builder.Add(Answer(prompt, template.Encode(tokenizer, turns[..(index + 1)]), turns[index].Content), 1);
            yield return builder.ToSequence();
        }
    }

    /// <summary>What the template makes of the answer, up to the token that ends it.</summary>
    int[] Answer(int[] prompt, int[] conversation, string text)
    {
        var rest = conversation.AsSpan().StartsWith(prompt) ? conversation[prompt.Length..] : [];
        var end = Array.FindIndex(rest, token => tokenizer.Vocabulary.EndTokens.Contains(token));
        return end >= 0 ? rest[..(end + 1)] : [.. tokenizer.Encode(text), tokenizer.EndOfText];
    }

    Builder Begin()
    {
        var builder = new Builder();
        builder.Add(tokenizer.Vocabulary.StartOfText is { } start ? [start] : [], 0);
        return builder;
    }

    sealed class Builder
    {
        readonly List<int> tokens = [];
        readonly List<float> weights = [];

        public void Add(int[] added, float weight)
        {
            tokens.AddRange(added);
            weights.AddRange(Enumerable.Repeat(weight, added.Length));
        }

        public TrainingSequence ToSequence() => new([.. tokens], [.. weights]);
    }
}
