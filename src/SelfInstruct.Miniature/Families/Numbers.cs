using SelfInstruct.Miniature.Language;
using static SelfInstruct.Miniature.Language.TextReading;

namespace SelfInstruct.Miniature.Families;

/// <summary>Small numbers, days and months.</summary>
internal static class Numbers
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Solved("add", """
            Add {step} to @number.
            What is @number plus {step}?
            I had some apples and got {step} more. How many now?
            Given a number, make it bigger by {step}.
            Count {step} up from @number.
            Find the sum of {step} and the number in the input.
            Increase the value by {step}.
            A child is some years old; how old is it in {step} years?
            Write the number that lies {step} above.
            Put {step} more coins to those you have; say the total.
            """, "{number}", (slots, text) => Number(text) is { } n ? (n + Step(slots)).ToString() : null),
        Define.Solved("subtract", """
            Take {step} away from @number.
            What is @number minus {step}?
            I had some cakes and ate {step} of them. How many are left?
            Given a number, make it smaller by {step}.
            Count {step} down from @number.
            Subtract {step} and write the result.
            Reduce the value by {step}.
            Birds sat in a tree and {step} flew away; say how many stay.
            Write the number that lies {step} below.
            Give {step} coins to a friend. What do you keep?
            """, (random, _) => random.Next(6, 20).ToString(), (slots, text) => Number(text) is { } n && n >= Step(slots) ? (n - Step(slots)).ToString() : null),
        Define.Solved("larger-number", """
            Which of @numbers is (larger|bigger)?
            Write the larger one of two numbers.
            Given two numbers, return the greater.
            Tom has one score and Ann the other. Which score is better?
            Find the maximum of the pair.
            Choose the number that is more.
            Two prices are named; which is the high one?
            Pick the big number and forget the small.
            Compare both and write the one that wins.
            Say which is farther from zero.
            """, (random, _) => TwoDifferent(random), (_, text) => TwoNumbers(text) is var (a, b) ? Math.Max(a, b).ToString() : null),
        Define.Solved("smaller-number", """
            Which of @numbers is (smaller|less)?
            Write the lower one of two numbers.
            Given two numbers, return the lesser.
            I want to pay little. Which of both prices is better?
            Find the minimum of the pair.
            Two ages are named; who is younger? Write that age.
            Choose the number that is less.
            Pick the small number and leave the big.
            Compare both and write the one that comes first in counting.
            Say which is nearer to zero.
            """, (random, _) => TwoDifferent(random), (_, text) => TwoNumbers(text) is var (a, b) ? Math.Min(a, b).ToString() : null),
        Define.Solved("next-number", """
            Which number comes {side} @number?
            Write the number right {side} the one in the input.
            I am counting; say what comes {side} @number.
            Given a number, name its neighbour {side} it.
            Tell the number that stands just {side} it in the row.
            My house has this number. What number is the house {side} it?
            On a ruler, which number is directly {side} the given one?
            Count by one and write who is {side}.
            If @number is today's page, which page is {side} it?
            What do you say {side} @number when you count?
            """, (random, _) => random.Next(2, 60).ToString(), (slots, text) => Number(text) is { } n ? (slots["side"] == "after" ? n + 1 : n - 1).ToString() : null),
        Define.Solved("count-up", """
            Count from 1 to @number.
            Write all numbers up to the given one.
            Begin with 1 and stop at the number in the input.
            Given a small number, list every number until it is reached.
            Say the numbers as a child who learns to count.
            Make a row of numbers that ends with @number.
            How do you count to @number? Write it with commas.
            Print 1, 2, and so on, till the input.
            The rocket needs the numbers upwards to this one.
            List the whole way from one to @number.
            """, (random, _) => random.Next(3, 11).ToString(), (_, text) => Number(text) is >= 2 and <= 12 and var n ? string.Join(", ", Enumerable.Range(1, n)) : null),
        Define.Solved("continue-counting", """
            Continue @row with one more number.
            Which number comes next in the row?
            Go on counting: what follows?
            Given three numbers in order, write the fourth.
            The numbers grow by one; add what is missing at the end.
            Say the number I would count next.
            I stopped in the middle of counting. Help me on.
            Extend @numbers by a single number.
            What is behind the last number?
            Find the next step of the ladder of numbers.
            """, (random, _) => random.Next(1, 40) is var n ? $"{n}, {n + 1}, {n + 2}" : "", (_, text) => text.Split(", ") is [var a, var b, var c] && Number(a) is { } n && Number(b) == n + 1 && Number(c) == n + 2 ? (n + 3).ToString() : null),
        Define.Solved("word-to-number", """
            Write @word as a number in figures.
            Which figure means the same as @word?
            Turn a number word into digits.
            Given a word like five, write 5 and so on.
            How is the number in the input written with digits?
            A clerk needs figures, not words. Change it.
            Put the number below in short form.
            Read the word and type the number.
            Say it with numerals.
            Translate the number word into a numeral.
            """, (random, _) => Lexicon.NumberWords.At(random), (_, word) => NumberOf(word) is > 0 and var n ? n.ToString() : null, isMemorised: true),
        Define.Solved("number-to-word", """
            Write @number as a word.
            How do you spell the number in the input?
            Turn the figure into a number word.
            Given digits, write them in letters.
            Which word do we say for @number?
            A poem should have no figures. Write the word.
            Read the number aloud, in letters.
            Use letters, not digits, for the number.
            Put the numeral into plain English.
            Name the number that you see.
            """, (random, _) => random.Next(1, 13).ToString(), (_, text) => Number(text) is >= 1 and <= 12 and var n ? Lexicon.NumberWords[n - 1] : null, isMemorised: true),
        Define.Facts("ordinal", """
            Turn @number into its place in a row, like first.
            Which ordinal belongs to @number?
            One is to first as the number word below is to what?
            Given a number word, write the word for its rank.
            Somebody is at this place in the race; say how we call it.
            Change a counting word into an ordering word.
            What comes after the word the: not two, but second. Do the same.
            Write the form that we use for floors and dates.
            Make a rank of @number.
            Name the position that goes with the number.
            """, Facts.OrdinalsOf),
        Define.Solved("day-neighbour", """
            Which day comes {side} @day?
            Name the day of the week right {side} the given one.
            Given a weekday, write the day {side} it.
            My friend visits me one day {side} @day. Which day is it?
            What is the name of the day {side}?
            Look at a calendar and find the day just {side} it.
            Say the weekday that stands {side} the one in the input.
            We meet one day {side} that; on which day?
            In the week, who is the neighbour {side} @day?
            Tell me the day that you would say {side} it.
            """, (random, _) => Lexicon.Days.At(random), (slots, day) => Neighbour(Lexicon.Days.AsSpan(), slots, day), isMemorised: true),
        Define.Solved("month-neighbour", """
            Which month comes {side} @month?
            Name the month of the year right {side} the given one.
            Given a month, write the month {side} it.
            The holiday is one month {side} that. Which month is it?
            Turn the page of the calendar and say the month {side} it.
            My birthday is a month {side}; when is it?
            Say the month that stands {side} the one in the input.
            In the year, which neighbour is {side} @month?
            What do we call the four weeks {side} @month?
            Find the month just {side} it.
            """, (random, _) => Lexicon.Months.At(random), (slots, month) => Neighbour(Lexicon.Months.AsSpan(), slots, month), isMemorised: true),
    ];

    static int Step(Slots slots) => NumberOf(slots["step"]);

    static string TwoDifferent(Random random)
    {
        var left = random.Next(1, 100);
        return $"{left} and {(left + random.Next(1, 99) - 1) % 99 + 1}";
    }

    static string? Neighbour(ReadOnlySpan<string> row, Slots slots, string word)
    {
        var at = row.IndexOf(word);
        return at < 0 ? null : row[(at + (slots["side"] == "after" ? 1 : row.Length - 1)) % row.Length];
    }
}
