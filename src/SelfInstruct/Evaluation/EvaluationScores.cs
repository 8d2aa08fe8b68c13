using System.Collections.Immutable;

namespace SelfInstruct.Evaluation;

/// <summary>scores.json of an evaluation folder.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Set">"superni" or "user-oriented".</param>
/// <param name="Encoding">Of the prompts.</param>
/// <param name="Examples">Asked for in each prompt.</param>
/// <param name="N">Predictions.</param>
/// <param name="RougeL">Mean F x 100, Porter stems, four decimals.</param>
/// <param name="ExactMatch">Per cent, four decimals.</param>
/// <param name="Categories">In the order of the table.</param>
/// <param name="DroppedExamples">Over all prompts, for want of context.</param>
/// <param name="CutInputs">Prompts whose input was cut.</param>
/// <param name="CutInstructions">Prompts whose instruction was cut.</param>
/// <param name="CutAnswers">Answers that reached the limit of tokens.</param>
/// <param name="MissingTasks">Named by the split and not in the folder.</param>
public sealed record EvaluationScores(
    string Name,
    string Set,
    string Encoding,
    int Examples,
    int MaxTokens,
    int N,
    double RougeL,
    double ExactMatch,
    ImmutableArray<GroupMetrics> Categories,
    ImmutableArray<GroupMetrics> Tasks,
    int DroppedExamples,
    int CutInputs,
    int CutInstructions,
    int CutAnswers,
    ImmutableArray<string> MissingTasks);
