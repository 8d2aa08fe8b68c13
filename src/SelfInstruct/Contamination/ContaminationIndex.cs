using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SelfInstruct.Novelty;

namespace SelfInstruct.Contamination;

/// <summary>A text of an evaluation set.</summary>
/// <param name="Set">Named in reports.</param>
/// <param name="Id">Of its item.</param>
/// <param name="Field">"instruction", "input" or "output".</param>
public sealed record EvaluationText(string Set, string Id, string Field, string Text);

/// <param name="Words">Of a sequence that two texts must share; GPT-3 took 13 (Brown et al., 2020, appendix C).</param>
/// <param name="Threshold">ROUGE-L of a training instruction to an evaluation instruction above which it counts as the same, in [0, 1].</param>
public sealed record ContaminationOptions(int Words = 13, double Threshold = 0.7)
{
    /// <summary>What a word is; lower case, punctuation left out.</summary>
    public WordSplitter Splitter { get; init; } = WordSplitter.Modern;
}

/// <summary>A training text that an evaluation set knows.</summary>
/// <param name="Rule">"sequence" (words in a row), "equal" (a shorter instruction or input, as a whole) or "rouge_l".</param>
/// <param name="Shared">The words in common, or the evaluation instruction.</param>
/// <param name="Score">ROUGE-L; null for the other rules.</param>
public sealed record ContaminationHit(string Rule, EvaluationText Evaluation, string Shared, double? Score = null)
{
    /// <summary>As rejected.jsonl names it: set, item, and what is in common.</summary>
    public string Neighbour => $"{Evaluation.Set}/{Evaluation.Id}: {Shared}";
}

/// <summary>
/// Finds what a text has in common with evaluation sets: sequences of words, exactly and wherever they stand, and
/// instructions that are nearly the same by ROUGE-L. Build once, ask for any number of texts; for one thread.
/// </summary>
public sealed class ContaminationIndex
{
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Place(int Text, int Start);

    /// <summary>In rejected.jsonl, whatever of its rules it was.</summary>
    public const string Rule = "contaminated";

    readonly ContaminationOptions _options;
    readonly Vocabulary _vocabulary = new();
    readonly WordBuffer _buffer = new();
    readonly List<EvaluationText> _texts = [];
    readonly List<int[]> _words = [];
    readonly Dictionary<ulong, Place> _sequences = [];
    readonly Dictionary<(string Field, ulong Hash), int> _whole = [];
    readonly NoveltyIndex _instructions;
    readonly Dictionary<string, int> _byInstruction = [];

    /// <param name="texts">Of the evaluation sets; the same text twice counts once.</param>
    /// <param name="options">What counts as overlap.</param>
    public ContaminationIndex(IEnumerable<EvaluationText> texts, ContaminationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Words, nameof(options));
        _options = options;
        _instructions = new NoveltyIndex(new NoveltyOptions { Threshold = options.Threshold, Words = options.Splitter });
        HashSet<(string, string, string)> seen = [];
        foreach (var text in texts.Where(text => seen.Add((text.Set, text.Field, text.Text))))
        {
            Add(text);
        }
    }

    /// <summary>Evaluation texts that differ.</summary>
    public int Count => _texts.Count;

    /// <summary>Evaluation instructions that differ.</summary>
    public int Instructions => _instructions.Count;

    /// <summary>The first sequence of words shared with an evaluation text; null: none, or the text is shorter.</summary>
    public ContaminationHit? FindSequence(string text)
    {
        var words = Read(text, intern: false);
        for (var start = 0; start + _options.Words <= words.Length; start++)
        {
            var sequence = words.AsSpan(start, _options.Words);
            if (!sequence.Contains(-1) && _sequences.TryGetValue(Hash(sequence), out var place) && sequence.SequenceEqual(_words[place.Text].AsSpan(place.Start, _options.Words)))
            {
                return new ContaminationHit("sequence", _texts[place.Text], Spell(text, start));
            }
        }

        return null;
    }

    /// <summary>The evaluation text of the same field with the same words; null: none, or the text is long enough to be found by a sequence.</summary>
    /// <param name="text">Capitals and punctuation do not matter.</param>
    /// <param name="field">"instruction" or "input": an equal output, such as "yes", says nothing.</param>
    public ContaminationHit? FindEqual(string text, string field)
    {
        var words = Read(text, intern: false);
        return words.Length > 0 && words.Length < _options.Words && _whole.TryGetValue((field, Hash(words)), out var whole) && words.AsSpan().SequenceEqual(_words[whole])
            ? new ContaminationHit("equal", _texts[whole], text, Score: field == "instruction" ? 1 : null)
            : null;
    }

    /// <summary>The nearest evaluation instruction, if it is above the threshold.</summary>
    public ContaminationHit? FindInstruction(string instruction) =>
        _instructions.FindAbove(instruction) is { } near ? new ContaminationHit("rouge_l", _texts[_byInstruction[near.Text]], near.Text, near.Score) : null;

    /// <summary>By any of the rules that are for the field; null: nothing is in common.</summary>
    /// <param name="text">Of a training row.</param>
    /// <param name="field">"instruction", "input" or "output".</param>
    public ContaminationHit? Find(string text, string field) =>
        FindSequence(text)
        ?? (field == "output" ? null : FindEqual(text, field))
        ?? (field == "instruction" ? FindInstruction(text) : null);

    /// <summary>ROUGE-L to the nearest evaluation instruction, in [0, 1] (paper, appendix A.1). Compares with every one of them.</summary>
    public double Nearest(string instruction) => _instructions.Record(instruction).MostSimilar.Values.FirstOrDefault();

    void Add(EvaluationText text)
    {
        var words = Read(text.Text, intern: true);
        var id = _texts.Count;
        _texts.Add(text);
        _words.Add(words);
        if (words.Length < _options.Words)
        {
            _whole.TryAdd((text.Field, Hash(words)), id);
        }

        for (var start = 0; start + _options.Words <= words.Length; start++)
        {
            _sequences.TryAdd(Hash(words.AsSpan(start, _options.Words)), new Place(id, start));
        }

        if (text.Field == "instruction" && _byInstruction.TryAdd(text.Text, id))
        {
            _instructions.Add(text.Text);
        }
    }

    /// <summary>Ids of the words, -1 where no evaluation text has one.</summary>
    int[] Read(string text, bool intern)
    {
        _buffer.Clear();
        _options.Splitter.Split(text, _buffer);
        var words = new int[_buffer.Count];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = intern ? _vocabulary.Intern(_buffer[i]) : _vocabulary.Find(_buffer[i]);
        }

        return words;
    }

    string Spell(string text, int start)
    {
        _buffer.Clear();
        _options.Splitter.Split(text, _buffer);
        return string.Join(' ', Enumerable.Range(start, _options.Words).Select(i => _buffer[i].ToString()));
    }

    // What is found is compared, so that a collision can hide a sequence but never make one up.
    static ulong Hash(ReadOnlySpan<int> words)
    {
        var hash = 14695981039346656037UL;
        foreach (var word in words)
        {
            hash = unchecked((hash ^ (uint)word) * 1099511628211UL);
            hash ^= hash >> 29;
        }

        return hash;
    }
}
