using System.Globalization;
using SelfInstruct.Miniature;

namespace SelfInstruct.Cli;

/// <summary>The README beside a starter's weights.</summary>
static class ModelCard
{
    public static string Render(PretrainingOptions options, PretrainingResult result, StarterAbilities abilities)
    {
        var (config, training, corpus) = (result.Model.Config, result.Training, result.Corpus);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # The starter

            A Llama-family language model of {config.Parameters:N0} parameters, small enough to train on two processor cores. It knows one thing: a small world of checkable tasks in plain English, written by a program of this project (`src/SelfInstruct.Miniature`). No outside text went into it.

            | | |
            |---|---|
            | shape | width {config.Width}, {config.Layers} layers, {config.Heads} heads of {config.HeadSize}, feed-forward {config.FeedForward}, context {config.ContextLength}, vocabulary {config.VocabularySize:N0}, tied embeddings |
            | corpus | seed {options.Seed}, {corpus.Documents:N0} documents, {corpus.Tokens:N0} tokens |
            | training | {training.Steps:N0} steps of {options.BatchWindows} × {options.ContextLength} tokens ({training.Tokens:N0} tokens), AdamW, learning rate {options.LearningRate:0.####} with warm-up and cosine |
            | time | {TimeSpan.FromSeconds(training.Seconds):h\:mm\:ss} |
            | loss | {training.Loss:0.000} nats per token on the last batch; {training.HeldOutLoss:0.000} on documents with phrasings and inputs that training never saw |
            | weights | `starter.gguf`, F16 |

            Made by one command, which gives the same weights again on a machine with the same vector instructions:

            ```
            selfinstruct pretrain --out models/starter --seed {options.Seed} --steps {options.Steps} --characters {options.Characters}
            ```

            ## What it can do

            Judged by the world it comes from, with the prompts and sampling of a run. Phrasings in the last three rows were never trained on.

            | | right |
            |---|---|
            | instructions it wrote that are, word for word, phrasings of the world ({abilities.Families} of {FamilySets.Pretraining.Length} families) | {Show(abilities.KnownInstructions)} |
            | classification task or not | {Show(abilities.Classification)} |
            | examples, input first | {Show(abilities.InputFirst)} |
            | examples of classification tasks, label first | {Show(abilities.OutputFirst)} |

            An instruction that is not a phrasing of the world word for word may be a sound new one or a muddle; most are muddles.

            ## Limits

            It follows the layouts of this project's prompts and nothing else. It knows a few thousand words, does sums below twenty at best, and has no knowledge of the world outside its corpus. It exists so that the whole method runs offline, and so that it can be studied; for real data use a real model.

            """);
    }

    static string Show(Share share) => string.Create(CultureInfo.InvariantCulture, $"{share.Percent:0} % of {share.Of:N0}");
}
