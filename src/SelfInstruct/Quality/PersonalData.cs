using System.Buffers;
using System.Text.RegularExpressions;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>
/// Shapes of personal data and of secrets: e-mail addresses, telephone numbers, payment cards (ISO/IEC 7812, with their
/// check digit), IBANs (ISO 13616, with theirs), and keys of well-known services. A name without such a shape is not found.
/// What is reserved for examples (example.com, 555-0100 to 555-0199) is none.
/// </summary>
static partial class PersonalData
{
    const int MinCardDigits = 13;
    const int MaxCardDigits = 19;

    static readonly SearchValues<string> KeyStarts = SearchValues.Create(
        ["AKIA", "ASIA", "sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "AIza", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "hf_", "PRIVATE KEY-----"], StringComparison.Ordinal);

    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static QualityFault? Find(TrainingExample row, QualityContext context) =>
        FindIn("output", row.Output) ?? FindIn("input", row.Input) ?? FindIn("instruction", row.Instruction);

    /// <summary>Whether any of these shapes stands anywhere in a text.</summary>
    public static bool IsIn(string text) => FindIn("", text) is not null;

    static QualityFault? FindIn(string field, string text)
    {
        var span = text.AsSpan();
        return (span.Contains('@') ? First(field, text, Email(), "e-mail address", static value => !Reserved().IsMatch(value)) : null)
            ?? (span.ContainsAny(KeyStarts) ? First(field, text, Key(), "key", static _ => true) : null)
            ?? (HasManyDigits(span) ? FindNumber(field, text) : null);
    }

    static QualityFault? FindNumber(string field, string text) =>
        First(field, text, CardShape(), "payment card number", IsCard)
        ?? First(field, text, IbanShape(), "bank account number", IsIban)
        ?? First(field, text, Phone(), "telephone number", static value => !Fictional().IsMatch(value));

    static QualityFault? First(string field, string text, Regex shape, string kind, Func<string, bool> isReal)
    {
        for (var match = shape.Match(text); match.Success; match = match.NextMatch())
        {
            if (isReal(match.Value))
            {
                return new QualityFault(field, match.Index, match.Length, kind, IsSecret: true);
            }
        }

        return null;
    }

    /// <summary>The shortest number here has eight digits.</summary>
    static bool HasManyDigits(ReadOnlySpan<char> text)
    {
        const int fewest = 8;
        for (var count = 0; text.IndexOfAny(Digits) is >= 0 and var at; text = text[(at + 1)..])
        {
            if (++count >= fewest)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Luhn's check digit, and a length that the issuer's first digits have.</summary>
    internal static bool IsCard(string text)
    {
        var digits = text.Where(char.IsAsciiDigit).Select(static c => c - '0').ToArray();
        if (digits.Length is < MinCardDigits or > MaxCardDigits || digits.Distinct().Count() < 2)
        {
            return false;
        }

        var sum = digits.Reverse().Select(static (digit, i) => i % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2).Sum();
        var length = (digits[0], digits[1]) switch
        {
            (4, _) => digits.Length is 13 or 16 or 19,
            (5, >= 1 and <= 5) or (2, >= 2 and <= 7) => digits.Length == 16,
            (3, 4 or 7) => digits.Length == 15,
            (6, _) => digits.Length is >= 16 and <= 19,
            _ => false,
        };
        return length && sum % 10 == 0;
    }

    /// <summary>The first four characters at the end, letters as 10 to 35: the remainder by 97 is 1.</summary>
    internal static bool IsIban(string text)
    {
        var compact = text.Replace(" ", "", StringComparison.Ordinal);
        if (compact.Length is < 15 or > 34)
        {
            return false;
        }

        var remainder = 0;
        foreach (var c in compact[4..] + compact[..4])
        {
            var value = char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;
            remainder = ((remainder * (value > 9 ? 100 : 10)) + value) % 97;
        }

        return remainder == 1;
    }

    [GeneratedRegex(@"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")]
    private static partial Regex Email();

    /// <summary>RFC 2606 and RFC 6761.</summary>
    [GeneratedRegex(@"(?:@|\.)(?:example\.(?:com|org|net)|[A-Za-z0-9-]+\.(?:example|test|invalid|localhost))$|@(?:example|test|invalid|localhost)\.", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reserved();

    /// <summary>Digits without a break, or in the groups that cards have: 4-4-4-4, perhaps with a rest, or 4-6-5.</summary>
    [GeneratedRegex(@"(?<![\d.,-]|\d )(?:\d{13,19}|\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{5})(?![ .,-]?\d)")]
    private static partial Regex CardShape();

    [GeneratedRegex(@"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")]
    private static partial Regex IbanShape();

    /// <summary>With a country's code, or in North America's form.</summary>
    [GeneratedRegex(@"(?<![\w+.,-])(?:\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,6}|(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4})(?![\w-]|[.,]\d)")]
    private static partial Regex Phone();

    /// <summary>Numbers set apart for fiction, and +1 555 as a whole; or too few digits for a telephone.</summary>
    [GeneratedRegex(@"555[ .-]?01\d\d$|\(?555\)?[ .-]\d{3}[ .-]\d{4}$|^(?:\D*\d){0,7}\D*$")]
    private static partial Regex Fictional();

    [GeneratedRegex(
        @"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bsk-(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,200}|\bgh[pousr]_[A-Za-z0-9]{36,255}|\bgithub_pat_[A-Za-z0-9_]{22,255}|\bAIza[0-9A-Za-z_-]{35}|\bxox[bpar]-[0-9A-Za-z-]{10,250}|\bhf_[A-Za-z0-9]{34}\b|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")]
    private static partial Regex Key();
}
