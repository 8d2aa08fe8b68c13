using System.Text.RegularExpressions;

namespace SelfInstruct.Tests;

/// <summary>The architecture as a table: which folder of src/SelfInstruct may use which. Data flows one way; steps never use one another.</summary>
public sealed partial class OneWayFlowTests
{
    static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Tasks"] = [],
        ["Concurrency"] = [],
        ["Python"] = [],
        ["Novelty"] = [],
        ["Models"] = ["Tasks"],
        ["Prompts"] = ["Models"],
        ["Answers"] = [],
        ["Runs"] = ["Tasks", "Models", "Python"],
        ["Contamination"] = ["Novelty"],
        ["Instructions"] = ["Tasks", "Models", "Prompts", "Runs", "Novelty", "Concurrency", "Python", "Answers", "Contamination"],
        ["Classification"] = ["Tasks", "Models", "Prompts", "Runs", "Concurrency", "Python"],
        ["Instances"] = ["Tasks", "Models", "Prompts", "Runs", "Concurrency", "Python", "Answers"],
        ["Datasets"] = ["Tasks", "Runs", "Python"],
        ["Quality"] = ["Answers", "Datasets"],
        ["Curation"] = ["Tasks", "Models", "Prompts", "Runs", "Novelty", "Concurrency", "Answers", "Datasets", "Evaluation"],
        ["Reports"] = [],
        ["Reviews"] = ["Tasks"],
        ["Trainers"] = ["Tasks", "Models", "Runs", "Datasets"],
        ["Evaluation"] = ["Tasks", "Models", "Prompts", "Runs", "Novelty", "Concurrency", "Python", "Reports", "Reviews", "Contamination"],
        ["Analysis"] = ["Tasks", "Runs", "Novelty", "Python", "Datasets", "Reports", "Reviews"],
    };

    static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["SelfInstruct"] = [],
        ["SelfInstruct.LocalModels"] = ["SelfInstruct"],
        ["SelfInstruct.Miniature"] = ["SelfInstruct.LocalModels"],
        ["SelfInstruct.Review"] = ["SelfInstruct"],
        ["SelfInstruct.Postgres"] = ["SelfInstruct"],
        ["SelfInstruct.Serving"] = ["SelfInstruct", "SelfInstruct.LocalModels"],
        ["SelfInstruct.Cli"] = ["SelfInstruct", "SelfInstruct.LocalModels", "SelfInstruct.Miniature", "SelfInstruct.Postgres", "SelfInstruct.Serving", "SelfInstruct.Review"],
    };

    [Fact]
    public void Folders_use_only_what_the_table_allows()
    {
        var source = Repository.In("src", "SelfInstruct");
        var wrong = from file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
                    let folder = Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar)[0]
                    where folder is not ("bin" or "obj") && !folder.EndsWith(".cs", StringComparison.Ordinal)
                    from used in Used().Matches(File.ReadAllText(file)).Select(static match => match.Groups["folder"].Value)
                    where used != folder && !(MayUse.TryGetValue(folder, out var allowed) && allowed.Contains(used))
                    select $"{Path.GetRelativePath(source, file)} uses {used}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_with_code_is_in_the_table()
    {
        var folders = Directory.EnumerateDirectories(Repository.In("src", "SelfInstruct"))
            .Where(static folder => Directory.EnumerateFiles(folder, "*.cs").Any())
            .Select(Path.GetFileName)
            .Except(["bin", "obj"]);
        Assert.Equal(MayUse.Keys.Order(), folders.Order());
    }

    [Fact]
    public void Projects_reference_only_what_the_table_allows()
    {
        foreach (var project in Directory.EnumerateFiles(Repository.In("src"), "*.csproj", SearchOption.AllDirectories))
        {
            var references = Reference().Matches(File.ReadAllText(project)).Select(static match => match.Groups["project"].Value);
            Assert.Subset(MayReference[Path.GetFileNameWithoutExtension(project)].ToHashSet(), references.ToHashSet());
        }
    }

    // Also where a name is written out in full, without a using.
    [GeneratedRegex(@"\bSelfInstruct\.(?<folder>Answers|Tasks|Concurrency|Python|Novelty|Contamination|Models|Prompts|Runs|Instructions|Classification|Instances|Datasets|Quality|Curation|Reports|Reviews|Evaluation|Analysis|Trainers)\b")]
    private static partial Regex Used();

    [GeneratedRegex(@"ProjectReference Include="".*?(?<project>SelfInstruct[.\w]*)\.csproj""")]
    private static partial Regex Reference();
}
