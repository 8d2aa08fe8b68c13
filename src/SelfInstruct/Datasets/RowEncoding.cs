using System.Collections.Immutable;
using SelfInstruct.Python;

namespace SelfInstruct.Datasets;

/// <summary>How an instance becomes a training row.</summary>
/// <param name="Name">The value of the setting datasets.encoding.</param>
/// <param name="Strip">Removes white space at both ends.</param>
/// <param name="CleanInput">Applied to half of the inputs.</param>
/// <param name="Identity">Rows equal in this are one.</param>
public sealed record RowEncoding(string Name, Func<string, string> Strip, Func<string, string> CleanInput, Func<TrainingRow, object> Identity)
{
    /// <summary>An address keeps its "https:"; an example stands in the data once.</summary>
    public static RowEncoding Paper { get; } = new("paper", static text => text.Trim(), EncodingTemplates.RemoveLoneFieldName, static row => row.Example);

    /// <summary>The published code, quirk for quirk: one example in two layouts makes two rows.</summary>
    public static RowEncoding Released { get; } = new("released", PythonText.Strip, ReleasedInputs.RemoveLoneFieldName, static row => row.Encoded);

    public static ImmutableArray<RowEncoding> All { get; } = [Paper, Released];
}
