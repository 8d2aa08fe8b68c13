using SelfInstruct.Datasets;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Quality;

namespace SelfInstruct.Tests.Quality;

public sealed class QualityRulesTests
{
    const string Card = "4539 5787 6362 1486";
    const string Long = "The committee met in the old town hall on the first Monday of the month and spoke for three hours about the bridge, the school and the new road that";

    [Theory]
    [InlineData("empty", "", "", "Yes.", "instruction")]
    [InlineData("empty", "Name a bird.", "", " \n", "output")]
    [InlineData("empty", "Name a bird.", "", "<nooutput>", "output")]
    [InlineData("refusal", "Describe the picture.", "", "I'm sorry, but I cannot provide a description.", "output")]
    [InlineData("mentions_ai", "How are you?", "", "Well. As an AI language model, I have no feelings.", "output")]
    [InlineData("truncated", "Tell what the committee did.", "", Long + " they had already spoken of twice before and could not agree on", "output")]
    [InlineData("truncated", "Write a sentence about rain.", "", "It rained all day and all night, and the", "output")]
    [InlineData("truncated", "Write a poem about the", "", "Rain falls.", "instruction")]
    [InlineData("repeated", "Write about rain.", "", "It rains and it pours. It rains and it pours. It rains and it pours. It rains and it pours.", "output")]
    [InlineData("echo", "Name three birds of the sea.", "", "name three birds of the sea.", "output")]
    [InlineData("echo", "Correct the sentence.", "He go home.", "He go home.", "output")]
    [InlineData("echo", "Name three birds of the sea.", "", "Name three birds of the sea. Gull, tern, auk.", "output")]
    [InlineData("merged_instances", "Say whether it is a bird.", "wren", "yes\n\nInput: pike\nOutput: no", "output")]
    [InlineData("merged_instances", "Say whether it is a bird.", "wren", "yes\n\nExample 2\nInput: pike", "output")]
    [InlineData("merged_instances", "Say whether it is a bird.", "wren", "yes\n\n### Instruction:\nName a fish.", "output")]
    [InlineData("merged_instances", "Say whether it is a bird.", "wren\nOutput: yes", "yes", "input")]
    [InlineData("wrong_language", "Name three birds of the sea.", "", "Чайка, крачка и кайра живут у моря.", "output")]
    [InlineData("unbalanced_fence", "Write a loop in Python.", "", "```python\nfor i in range(3):\n    print(i)", "output")]
    [InlineData("unbalanced_fence", "Write two loops.", "", "```\na\n```\n\n````\nb\n```\n", "output")]
    [InlineData("wrong_arithmetic", "How many eggs are there?", "", "There are two boxes.\nTotal: 6 + 7 = 14", "output")]
    [InlineData("wrong_arithmetic", "What is 12 x 12?", "", "154", "output")]
    [InlineData("wrong_arithmetic", "What is 5 Plus 3?", "", "15", "output")]
    [InlineData("wrong_arithmetic", "What is 7 - 2?", "", "14", "output")]
    [InlineData("wrong_arithmetic", "WHAT IS 8 DIVIDED BY 2?", "", "16", "output")]
    [InlineData("wrong_arithmetic", "What is 5 Times 3?", "", "8", "output")]
    [InlineData("wrong_arithmetic", "Calculate the result.", "1,200 - 300", "The answer is 800.", "output")]
    [InlineData("wrong_arithmetic", "Share the cake.", "", "10 / 4 = 2.4", "output")]
    [InlineData("placeholder", "Write a letter of thanks.", "", "Dear [Your boss's name],\nThank you.", "output")]
    [InlineData("placeholder", "Summarise the text.", "<insert text here>", "A summary.", "input")]
    [InlineData("placeholder", "Write a paragraph.", "", "Lorem ipsum dolor sit amet.", "output")]
    [InlineData("placeholder", "Write a class.", "", "// TODO implement\nclass A { }", "output")]
    [InlineData("personal_data", "Whom do I ask?", "", "Write to jo.doe@gmail.com.", "output")]
    [InlineData("personal_data", "Whom do I ask?", "Call +49 30 901820 or (212) 736-5000.", "Jo.", "input")]
    [InlineData("personal_data", "Pay with it.", Card, "Done.", "input")]
    [InlineData("personal_data", "Pay to it.", "DE89 3704 0044 0532 0130 00", "Done.", "input")]
    [InlineData("personal_data", "Set the key.", "", "key = AKIAIOSFODNN7EXAMPLE", "output")]
    [InlineData("personal_data", "Set the key.", "", "-----BEGIN RSA PRIVATE KEY-----", "output")]
    [InlineData("personal_data", "Set the key.", "", "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "output")]
    [InlineData("unsafe", "What is in it?", "", "It holds Bad-Stuff and more.", "output")]
    [InlineData("white_space", "Name a bird.", "", "wren\n", "output")]
    public void A_planted_fault_is_found_in_its_place(string rule, string instruction, string input, string output, string field)
    {
        var fault = Find(rule, new TrainingExample(instruction, input, output));
        Assert.Equal(field, fault?.Field);
        Assert.False(string.IsNullOrWhiteSpace(fault!.Reason));
        _ = fault.PassageIn(new TrainingExample(instruction, input, output));
    }

    [Theory]
    [InlineData("refusal", "Decline the invitation.", "", "I'm sorry, I can't come on Friday.")]
    [InlineData("mentions_ai", "Who writes poems?", "", "Poets do, and lately AI models as well.")]
    [InlineData("truncated", "Which word comes before a noun?", "", "the")]
    [InlineData("truncated", "List the birds.", "", Long + ":\n- gull\n- tern\n- a small bird that nobody in the whole village had ever seen before")]
    [InlineData("truncated", "Write a post.", "", Long + " everybody had been waiting for with great and growing impatience #Bridge #School #NewRoad")]
    [InlineData("repeated", "Repeat the word ten times.", "", "no no no no no no no no no no")]
    [InlineData("repeated", "Tell a joke.", "", "Knock, knock, knock. Who is there?")]
    [InlineData("echo", "Say yes.", "", "Yes, say yes.")]
    [InlineData("echo", "Put it into capitals.", "red boat", "RED BOAT")]
    [InlineData("merged_instances", "Give two examples of inputs and outputs.", "", "Input: a\nOutput: b\n\nInput: c\nOutput: d")]
    [InlineData("merged_instances", "Write a program and show what it prints.", "", "print(1)\n\nOutput:\n1")]
    [InlineData("wrong_language", "Translate into Russian.", "gull", "чайка большая белая")]
    [InlineData("wrong_language", "Correct the spelling.", "Чайка, крачка и каира живут у моря.", "Чайка, крачка и кайра живут у моря.")]
    [InlineData("unbalanced_fence", "Write a loop.", "", "```python\nfor i in a:\n    print('```')\n```\nUse ```x``` there.")]
    [InlineData("wrong_arithmetic", "How many?", "", "6 + 7 = 13, 10 / 3 = 3.33, 22/7 = 3.14, 10 / 3 = 3, 1,000 + 1 = 1,001")]
    [InlineData("wrong_arithmetic", "How many?", "", "8 x 8 x 8 = 512, 2 · 3 · 4 = 24, 1/2 x 7 x 8 = 28")]
    [InlineData("wrong_arithmetic", "How many?", "", "1 + 2 + 3 = 6 and 2 * 3 + 1 = 7 and 2x + 3 = 9 and 3 + 4 = 5 + 2")]
    [InlineData("wrong_arithmetic", "How many?", "", "5 / 4 = 1 remainder 1; 50 / 200 = 25%; 1,5 + 1,5 = 3; x - 1 = 2; pages 10-12 = 3")]
    [InlineData("wrong_arithmetic", "Add in binary.", "", "1 + 1 = 10")]
    [InlineData("wrong_arithmetic", "Find the mistake.", "2 + 2 = 5", "2 + 2 = 5 is false.")]
    [InlineData("wrong_arithmetic", "What is 7 / 2?", "", "3.5")]
    [InlineData("wrong_arithmetic", "What is 5 Plus 3?", "", "8")]
    [InlineData("wrong_arithmetic", "What is 7 - 2?", "", "5")]
    [InlineData("wrong_arithmetic", "What is 7 − 2?", "", "5")]
    [InlineData("wrong_arithmetic", "What is 7 MINUS 2?", "", "5")]
    [InlineData("wrong_arithmetic", "WHAT IS 8 DIVIDED BY 2?", "", "4")]
    [InlineData("wrong_arithmetic", "What is 5 Multiplied by 3?", "", "15")]
    [InlineData("wrong_arithmetic", "What is 5 X 3?", "", "15")]
    [InlineData("placeholder", "Write a template of a letter.", "", "Dear [Your name],")]
    [InlineData("placeholder", "Link to the page.", "", "See [your page](https://example.org).")]
    [InlineData("personal_data", "Whom do I ask?", "", "Write to jo@example.com or call 212-555-0143 or (555) 123-4567.")]
    [InlineData("personal_data", "Which number is it?", "4539 5787 6362 1487", "12345678901234567890 and 1234567812345678, 3.14159265358979323846")]
    [InlineData("personal_data", "List the multiples.", "", "6 12 18 24 30 36 42 48 54 60")]
    [InlineData("personal_data", "When was it?", "", "From 2019-10-01 to 2020-12-31, ISBN 978-3-16-148410-0, 192.168.100.200")]
    [InlineData("personal_data", "Name the risk.", "", "task-management-and-reporting-tools are a risk-management-solution-overview")]
    [InlineData("unsafe", "What is in it?", "", "It holds embad-stuffing.")]
    [InlineData("white_space", "Name a bird.", "", "wren")]
    public void What_only_looks_like_a_fault_is_none(string rule, string instruction, string input, string output) =>
        Assert.Null(Find(rule, new TrainingExample(instruction, input, output)));

    [Fact]
    public void A_passage_beside_a_secret_is_shown_by_its_kind_whatever_rule_found_it()
    {
        const string key = "sk-abcdefghij0123456789abcdef";
        var row = new TrainingExample("Say it again.", key, key);
        var echo = Find("echo", row)!;
        Assert.Equal("(the output is the input, 29 characters)", echo.PassageIn(row));

        // A key that stands behind another shape, or outside the passage, counts too.
        var later = new TrainingExample("Whom do I ask?", "", $" jo@example.com or 212-555-0143, {key}");
        Assert.DoesNotContain("jo@", Find("white_space", later)!.PassageIn(later) + new QualityFault("output", 1, 14, "x").PassageIn(later), StringComparison.Ordinal);
        Assert.Equal("Whom", new QualityFault("instruction", 0, 4, "x").PassageIn(later));
    }

    [Fact]
    public void Every_rule_has_a_planted_fault()
    {
        var planted = typeof(QualityRulesTests).GetMethod(nameof(A_planted_fault_is_found_in_its_place))!.GetCustomAttributesData()
            .Where(static data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(static data => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!)[0].Value!);
        Assert.Equal(QualityRules.Names.Order(), planted.Distinct().Order());
    }

    [Theory]
    [InlineData("en", "El gato de la casa es muy grande y no come por la noche, pero su hermano come todo lo que hay en la mesa.", true)]
    [InlineData("es", "El gato de la casa es muy grande y no come por la noche, pero su hermano come todo lo que hay en la mesa.", false)]
    [InlineData("de", "The cat of the house is very large and it does not eat at night, but his brother has all that is on the table.", true)]
    [InlineData("en", "Le chat", false)]
    [InlineData("ru", "The cat of the house", true)]
    public void A_language_is_told_by_its_common_words_or_its_script(string language, string output, bool isWrong) =>
        Assert.Equal(isWrong, QualityRules.Named(["wrong_language"])[0].Find(new TrainingExample("1 + 1", "", output), new QualityContext(language)) is not null);

    [Theory]
    [InlineData("The cat of the house is very large and it does not eat at night, but his brother has all that is on the table.", "en")]
    [InlineData("Die Katze des Hauses ist sehr groß und frisst nicht in der Nacht, aber ihr Bruder frisst auch das, was auf dem Tisch ist.", "de")]
    [InlineData("Le chat de la maison est grand et il ne mange pas dans la nuit, mais son frère mange tout ce qui est sur la table.", "fr")]
    [InlineData("Il gatto della casa è grande e non mangia di notte, ma il fratello mangia tutto quello che è sul tavolo con gli altri.", "it")]
    [InlineData("O gato da casa é muito grande e não come de noite, mas o irmão come tudo o que há na mesa com os outros.", "pt")]
    [InlineData("De kat van het huis is groot en eet niet in de nacht, maar de broer eet alles wat er op de tafel is.", "nl")]
    [InlineData("w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20 w21", null)]
    public void Seven_languages_are_known(string text, string? language) => Assert.Equal(language, LanguageRule.FindLanguage(text));

    // Published examples: the card and the IBAN of the standards' descriptions (Wikipedia, "Luhn algorithm", "International Bank Account Number").
    [Theory]
    [InlineData("17893729974", false)]
    [InlineData("4111111111111111", true)]
    [InlineData("4111111111111112", false)]
    [InlineData("378282246310005", true)]
    public void A_card_has_a_length_and_a_check_digit(string number, bool isCard) => Assert.Equal(isCard, PersonalData.IsCard(number));

    [Theory]
    [InlineData("GB82 WEST 1234 5698 7654 32", true)]
    [InlineData("GB82 WEST 1234 5698 7654 33", false)]
    [InlineData("NL91ABNA0417164300", true)]
    public void An_IBAN_has_a_remainder_of_one(string number, bool isIban) => Assert.Equal(isIban, PersonalData.IsIban(number));

    [Fact]
    public void A_secret_is_shown_by_its_kind_alone()
    {
        var row = new TrainingExample("Pay with it.", Card, "Done.");
        Assert.DoesNotContain("4539", Find("personal_data", row)!.PassageIn(row), StringComparison.Ordinal);
    }

    [Fact]
    public void False_alarms_on_200_good_rows_are_as_documented()
    {
        var rows = UserOrientedTasks.Load(Repository.In("data", "user_oriented_tasks.jsonl")).Take(200).Select(static item => new TrainingExample(item.Instruction, item.Input, item.References[0])).ToList();
        Assert.Equal(200, rows.Count);
        var alarms = rows.SelectMany(static row => QualityRules.Check(row, QualityRules.All, QualityContext.None).Select(named => (named.Rule, Passage: named.Fault.PassageIn(row)))).ToList();
        alarms.ForEach(static alarm => TestContext.Current.TestOutputHelper!.WriteLine($"{alarm.Rule}: {alarm.Passage}"));
        Assert.Contains($"{alarms.Count} false alarms on 200 good rows", File.ReadAllText(Repository.In("docs", "quality.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_there_is_not_is_refused_with_the_nearest() =>
        Assert.Contains("Did you mean refusal?", Assert.Throws<InvalidDataException>(static () => QualityRules.Named(["refusals"])).Message, StringComparison.Ordinal);

    static QualityFault? Find(string rule, TrainingExample row) => QualityRules.Named([rule])[0].Find(row, new QualityContext(null, new WordList(["bad-stuff"])));
}
