using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Answers;
using SelfInstruct.Classification;
using SelfInstruct.Datasets;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Originals;

/// <summary>The functions of the published code, compared over the whole of its outputs.</summary>
public sealed class ReleasedGoldenTests
{
    const string EndOfText = "<|endoftext|>";

    [Fact]
    public void Completions_give_the_instructions_of_the_original()
    {
        var instructions = 0;
        Golden.CompareAll("a_post_process_gpt3_response.jsonl", line =>
        {
            // No response at all is an empty text to us; neither has an instruction in it.
            var completion = line.GetProperty("response") is { ValueKind: JsonValueKind.Object } response
                ? new Completion(response.GetProperty("choices")[0].Text("text"), response.GetProperty("choices")[0].GetProperty("finish_reason").GetString() ?? "", new TokenUsage(0, 0))
                : new Completion("", "", new TokenUsage(0, 0));
            var passed = ReleasedInstructions.Parse(completion)
                .Where(static candidate => InstructionRules.FindRejection(candidate, Profiles.Released.Instructions) is null)
                .Select(static candidate => candidate.Text)
                .ToList();
            Assert.Equal(line.Texts("expected"), passed);
            instructions += passed.Count;
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{instructions:N0} instructions in them");
    }

    [Fact]
    public void Prompts_are_the_originals()
    {
        var header = PromptTemplate.Load("instructions", null, "released").Header;
        Golden.CompareAll("b_encode_prompt.jsonl", line =>
        {
            Assert.False(line.GetProperty("classification").GetBoolean());
            Assert.Equal(line.Text("expected"), InstructionPrompt.Render(header, [.. line.Texts("instructions")], InstructionReading.Released.ToListItem));
        });
    }

    [Fact]
    public void Completions_give_the_instances_of_the_original()
    {
        var (raised, instances) = (0, 0);
        Golden.CompareAll("c_parse_instances.jsonl", line =>
        {
            Compare("generation", InstanceReading.Released.ParseInputFirst);
            Compare("classification", InstanceReading.Released.ParseOutputFirst);

            void Compare(string kind, Func<string, ImmutableArray<Instance>> parse)
            {
                var expected = line.GetProperty(kind);
                if (expected.TryGetProperty("raises", out _))
                {
                    raised++;
                    return;
                }

                var cutOff = line.GetProperty("finish_reason").ValueEquals("length");
                var parsed = parse(line.Text("raw_instances"));
                var kept = InstanceRules.Filter(parsed, cutOff, InstanceReading.Released.Rules, AnswerContext.None).Kept;
                Assert.Equal(Triples(expected.GetProperty("expected_sorted")), kept.Select(instance => (Instruction(line), instance.Input, instance.Output)).ToHashSet());
                Assert.Equal(expected.GetProperty("expected_sorted").GetArrayLength(), kept.Length);
                instances += kept.Length;
            }
        });

        // The original fails on a text without a response; we read it as a response that was not cut off.
        Assert.Equal(1, raised);
        TestContext.Current.TestOutputHelper!.WriteLine($"{instances:N0} instances in them; {raised} text without a response, on which the original fails");
    }

    [Fact]
    public void Input_and_output_are_told_apart_as_by_the_original() =>
        Golden.CompareAll("c2_parse_input_output.jsonl", static line =>
        {
            var instance = ReleasedInstances.ParseInputAndOutput(line.Text("text"));
            Assert.Equal(new Instance(line.Texts("expected")[0], line.Texts("expected")[1]), instance);
        });

    [Fact]
    public void Instances_are_filtered_as_by_the_original() =>
        Golden.CompareAll("c3_filters.jsonl", static line =>
        {
            var instances = line.GetProperty("instances").EnumerateArray().Select(static triple => new Instance(triple[1].GetString()!, triple[2].GetString()!)).ToImmutableArray();
            var valid = instances.Where(static instance => !InstanceReading.Released.Rules.Any(rule => rule.Rejects(instance, AnswerContext.None)));
            Assert.Equal(Instances(line.GetProperty("filter_invalid")), valid);
            var distinct = InstanceRules.Filter(instances, cutOff: false, [], AnswerContext.None).Kept;
            Assert.Equal(Instances(line.GetProperty("filter_duplicate_sorted")).ToHashSet(), distinct.ToHashSet());
            Assert.Equal(line.GetProperty("filter_duplicate_sorted").GetArrayLength(), distinct.Length);
        });

    [Fact]
    public void Rows_are_laid_out_as_by_the_original() =>
        Golden.CompareAll("d_encode_instance.jsonl", static line =>
        {
            // random_template=False is one of the layouts with an input, whether there is one or not; nothing calls it so.
            var template = !line.GetProperty("random_template").GetBoolean() ? EncodingTemplates.WithInput[4]
                : (line.GetProperty("with_input").GetBoolean() ? EncodingTemplates.WithInput : EncodingTemplates.WithoutInput)[line.GetProperty("template_index").GetInt32()];
            var example = new TrainingExample(line.Text("instruction"), line.Text("input"), line.Text("output"));
            Assert.Equal(
                new PromptAndCompletion(line.GetProperty("expected").Text("prompt"), line.GetProperty("expected").Text("completion")),
                EncodingTemplates.Encode(example, template, EndOfText, RowEncoding.Released.Strip));
        });

    [Fact]
    public void Inputs_are_cleaned_as_by_the_original() =>
        Golden.CompareAll("d2_input_colon_cleanup.jsonl", static line =>
            Assert.Equal(line.Text("expected"), RowEncoding.Released.CleanInput(line.Text("input"))));

    [Fact]
    public void Answers_are_a_yes_where_they_are_one_to_the_original()
    {
        var answers = 0;
        Golden.CompareAll("g_is_clf_answer.jsonl", line =>
        {
            Assert.Equal(line.GetProperty("expected").GetBoolean(), ClassificationReading.Released.Parse(line.Text("is_classification")) is true);
            answers += line.GetProperty("count_in_real_runs").GetInt32();
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{answers:N0} answers of real runs");
    }

    static string Instruction(JsonElement line) => InstanceReading.Released.Strip(line.Text("instruction"));

    static HashSet<(string Instruction, string Input, string Output)> Triples(JsonElement array) =>
        [.. array.EnumerateArray().Select(static triple => (triple[0].GetString()!, triple[1].GetString()!, triple[2].GetString()!))];

    static List<Instance> Instances(JsonElement array) => [.. array.EnumerateArray().Select(static triple => new Instance(triple[1].GetString()!, triple[2].GetString()!))];
}
