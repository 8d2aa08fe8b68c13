namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>From one piece of text to its tokens. Safe to use from many threads.</summary>
interface IWordMerging
{
    int[] Encode(ReadOnlySpan<char> word);
}
