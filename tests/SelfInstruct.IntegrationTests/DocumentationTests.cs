using System.Text;
using System.Text.RegularExpressions;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

/// <summary>What the documents show is what the program does. UPDATE_DOCS=1 writes docs/cli.md anew.</summary>
public sealed partial class DocumentationTests
{
    static readonly string[] Commands = ["", "run", "generate", "classify", "instances", "prepare", "worker", "follow", "promote", "explain", "import", "analyze", "select", "lint", "export", "judge", "relabel", "evolve", "dedupe", "score rouge-l", "evaluate predictions", "evaluate superni", "evaluate user-oriented", "evaluate judge", "evaluate report", "evaluate contamination", "finetune", "pretrain", "review", "experiment", "serve", "doctor"];

    [Fact(Timeout = 120_000)]
    public async Task The_command_line_reference_is_what_help_says()
    {
        var expected = new StringBuilder("# Command line\n\nMade from `--help`; a test holds it.\n");
        foreach (var command in Commands)
        {
            var help = await CommandLine.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Equal(0, help.ExitCode);
            expected.Append($"\n## selfinstruct{(command.Length > 0 ? " " + command : "")}\n\n```\n{TrailingSpace().Replace(help.Output, "").Trim()}\n```\n");
        }

        var path = Repository.In("docs", "cli.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is "1")
        {
            await File.WriteAllTextAsync(path, expected.ToString());
        }

        Assert.Equal(expected.ToString(), await File.ReadAllTextAsync(path));
    }

    [Fact]
    public void Files_that_documents_link_to_exist()
    {
        foreach (var document in Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Repository.In("docs"), "*.md")))
        {
            var folder = Path.GetDirectoryName(document)!;
            var targets = Link().Matches(File.ReadAllText(document)).Select(static match => match.Groups["target"].Value);
            Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{document}: {target}"));
        }
    }

    [Fact]
    public void Paths_in_the_file_tree_of_the_readme_exist()
    {
        var readme = File.ReadAllText(Repository.In("README.md"));
        var tree = Tree().Match(readme).Groups["tree"].Value;
        var paths = tree.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split("  ")[0].Trim()).ToList();
        Assert.NotEmpty(paths);
        Assert.All(paths, static path => Assert.True(Path.Exists(Repository.In(path)), path));
    }

    [Fact]
    public void Commands_in_the_readme_are_commands_of_the_tool()
    {
        var used = Invocation().Matches(File.ReadAllText(Repository.In("README.md"))).Select(static match => match.Groups["command"].Value).ToList();
        Assert.NotEmpty(used);
        Assert.Subset(Commands.Select(static command => command.Split(' ')[0]).ToHashSet(), used.ToHashSet());
    }

    [GeneratedRegex(@"[ \t]+$", RegexOptions.Multiline)]
    private static partial Regex TrailingSpace();

    [GeneratedRegex(@"\]\((?<target>[^)#:]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"## The tree\s+```\n(?<tree>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Tree();

    [GeneratedRegex(@"(SelfInstruct\.Cli --|selfinstruct) (?<command>[a-z]+)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Invocation();
}
