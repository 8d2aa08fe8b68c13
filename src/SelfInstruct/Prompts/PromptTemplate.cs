using System.Collections.Immutable;
using System.Reflection;

namespace SelfInstruct.Prompts;

/// <summary>The fixed part of a prompt: a header and demonstrations, to which a step appends its question.</summary>
/// <param name="Header">First block of the text.</param>
/// <param name="Demonstrations">The further blocks, each beginning with "Task:".</param>
public sealed record PromptTemplate(string Header, ImmutableArray<string> Demonstrations)
{
    const string BlockStart = "Task:";

    const string DefaultProfile = "paper";

    /// <summary>Reads NAME.txt from <paramref name="folder"/>; else the profile's own, or the paper profile's where it has none.</summary>
    /// <exception cref="InvalidDataException">The folder does not exist, or the text is empty.</exception>
    public static PromptTemplate Load(string name, string? folder, string profile = DefaultProfile)
    {
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new InvalidDataException($"{folder}: no such folder of prompts. Name one that exists, or leave the setting prompts out.");
        }

        var path = folder is null ? null : Path.Combine(folder, name + ".txt");
        return path is not null && File.Exists(path)
            ? Parse(File.ReadAllText(path), path)
            : Parse(ReadBuiltIn(name, profile), name + ".txt");
    }

    /// <param name="text">Header, blank line, blocks separated by blank lines.</param>
    /// <param name="place">Named in errors.</param>
    public static PromptTemplate Parse(string text, string place)
    {
        var blocks = text.ReplaceLineEndings("\n").Trim('\n').Split("\n\n" + BlockStart);
        return string.IsNullOrWhiteSpace(blocks[0])
            ? throw new InvalidDataException($"{place}: the prompt is empty. Begin it with a header line.")
            : new PromptTemplate(blocks[0], [.. blocks.Skip(1).Select(static block => BlockStart + block)]);
    }

    /// <summary>Header, demonstrations and the question, blocks separated by blank lines.</summary>
    public string Render(string question) => string.Join("\n\n", [Header, .. Demonstrations, question]);

    static string ReadBuiltIn(string name, string profile)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream($"SelfInstruct.Prompts.{profile}.{name}.txt")
            ?? assembly.GetManifestResourceStream($"SelfInstruct.Prompts.{DefaultProfile}.{name}.txt")
            ?? throw new InvalidOperationException($"The prompt {name} is not part of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
