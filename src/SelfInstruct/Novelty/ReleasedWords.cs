namespace SelfInstruct.Novelty;

sealed class ReleasedWords : WordSplitter
{
    const char KelvinSign = '\u212A';
    const char CapitalIWithDot = '\u0130';

    public override string Name => "released";

    internal override void Split(ReadOnlySpan<char> text, WordBuffer words)
    {
        foreach (var c in text)
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            {
                words.Append(c);
            }
            else if (char.IsAsciiLetterUpper(c))
            {
                words.Append((char)(c | 0x20));
            }
            else if (c is KelvinSign)
            {
                // Python lower-cases before it splits: this code point and the next turn into ASCII letters there.
                words.Append('k');
            }
            else if (c is CapitalIWithDot)
            {
                // Its dot becomes a combining mark of its own, which separates.
                words.Append('i');
                words.EndWord();
            }
            else
            {
                words.EndWord();
            }
        }

        words.EndWord();
    }
}
