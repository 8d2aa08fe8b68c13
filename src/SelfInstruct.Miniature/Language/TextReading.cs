using System.Globalization;

namespace SelfInstruct.Miniature.Language;

/// <summary>Reads what an input holds; never fails, for a model may have written it.</summary>
internal static class TextReading
{
    public static bool IsWord(string text) => text.Length > 0 && text.All(char.IsAsciiLetter);

    /// <summary>The words of a sentence, without marks.</summary>
    public static string[] Words(string sentence) =>
        sentence.Split([' ', '.', ',', '?', '!'], StringSplitOptions.RemoveEmptyEntries);

    /// <returns>The items of <c>cat, dog, hat</c>; null unless there are at least two single words.</returns>
    public static string[]? Items(string list)
    {
        var items = list.Split(", ");
        return items.Length > 1 && items.All(IsWord) ? items : null;
    }

    public static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <returns>The numbers of <c>3 and 8</c>; null if there are not exactly two.</returns>
    public static (int Left, int Right)? TwoNumbers(string text) =>
        text.Split(" and ") is [var left, var right] && Number(left) is { } a && Number(right) is { } b ? (a, b) : null;

    /// <summary>2 of <c>two</c>.</summary>
    public static int NumberOf(string word) => Lexicon.NumberWords.IndexOf(word) + 1;

    /// <returns>The index that <c>first</c>, <c>second</c>, <c>third</c> or <c>last</c> means; null if there are not so many.</returns>
    public static int? Index(string ordinal, int count)
    {
        var index = ordinal switch { "first" => 0, "second" => 1, "third" => 2, _ => count - 1 };
        return index >= 0 && index < count ? index : null;
    }
}
