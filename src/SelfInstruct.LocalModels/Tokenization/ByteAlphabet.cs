using System.Collections.Immutable;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// GPT-2's printable character for every byte, so that a vocabulary of byte strings can be written as text:
/// printable Latin-1 stands for itself, the other 68 bytes for U+0100 onwards (a space is 'Ġ').
/// </summary>
public static class ByteAlphabet
{
    /// <summary>The 256 bytes in GPT-2's order: printable ones first.</summary>
    public static ImmutableArray<byte> Order { get; } =
        [.. Enumerable.Range(0, 256).Where(IsPrintable).Concat(Enumerable.Range(0, 256).Where(b => !IsPrintable(b))).Select(b => (byte)b)];

    static readonly ImmutableArray<char> Characters = [.. Enumerable.Range(0, 256).Select(b => CharacterOf(b))];

    /// <summary>Bytes that every character below U+0144 stands for; -1 for those outside the alphabet.</summary>
    static readonly ImmutableArray<int> Bytes = [.. Enumerable.Range(0, 256 + 68).Select(c => Characters.IndexOf((char)c))];

    public static char ToCharacter(byte value) => Characters[value];

    /// <returns>False for a character outside the alphabet.</returns>
    public static bool TryToByte(char character, out byte value)
    {
        var found = character < Bytes.Length ? Bytes[character] : -1;
        value = (byte)found;
        return found >= 0;
    }

    static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;

    static char CharacterOf(int value) =>
        IsPrintable(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(b => !IsPrintable(b)));
}
