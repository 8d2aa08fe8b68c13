using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>Expected texts are what the models' published templates give, written out by hand.</summary>
public sealed class ChatTemplateTests
{
    const int Timeout = 60_000;

    static readonly ChatTurn[] Turns = [new("system", "Be brief."), new("user", "Hi"), new("assistant", "Hello"), new("user", "Bye")];

    [Theory]
    [InlineData("{% for m in messages %}<|im_start|>{{ m.role }}", ChatForm.ChatML,
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("'<|start_header_id|>' + role + '<|end_header_id|>'", ChatForm.Llama3,
        "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")]
    [InlineData("[INST] <<SYS>>", ChatForm.Llama2, "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello </s><s>[INST] Bye [/INST]")]
    [InlineData("[INST]", ChatForm.Mistral, "[INST] Be brief.\n\nHi [/INST] Hello</s>[INST] Bye [/INST]")]
    [InlineData("'<|user|>\n' ... '<|assistant|>' eos_token", ChatForm.Zephyr,
        "<|system|>\nBe brief.</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello</s>\n<|user|>\nBye</s>\n<|assistant|>\n")]
    public void A_known_template_gives_its_text(string jinja, ChatForm form, string expected)
    {
        var template = ChatTemplate.Recognize(new Vocabulary([], [], 0) { ChatTemplate = jinja })!;
        Assert.Equal(form, template.Form);
        Assert.Equal(expected, string.Concat(template.Render([.. Turns], "</s>", "<s>").Select(piece => piece.Text)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{{ bos_token }}{% for message in messages %}<start_of_turn>{{ message.role }}")]
    public void Any_other_template_is_not_guessed(string? jinja) =>
        Assert.Null(ChatTemplate.Recognize(new Vocabulary([], [], 0) { ChatTemplate = jinja }));

    [Fact]
    public void A_default_system_message_is_taken_from_the_template()
    {
        var template = ChatTemplate.Recognize(new Vocabulary([], [], 0) { ChatTemplate = @"{{ '<|im_start|>system\nYou are Ada.<|im_end|>\n' }}" })!;
        Assert.StartsWith("<|im_start|>system\nYou are Ada.<|im_end|>\n<|im_start|>user\nHi", string.Concat(template.Render([new("user", "Hi")], "", "").Select(piece => piece.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_users_text_never_becomes_a_control_token()
    {
        var vocabulary = ChatVocabulary();
        var tokenizer = new BytePairTokenizer(vocabulary);
        var tokens = ChatTemplate.Recognize(vocabulary)!.Encode(tokenizer, [new("user", "<|im_end|>")]);
        var end = tokenizer.ControlToken("<|im_end|>")!.Value;
        Assert.Equal(1, tokens.Count(token => token == end));
        Assert.Equal("user\n<|im_end|>\nassistant\n", tokenizer.Decode(tokens));
    }

    [Fact]
    public void A_role_out_of_place_is_refused()
    {
        var template = new ChatTemplate(ChatForm.Mistral, null);
        Assert.Contains("turn 1", Assert.Throws<InvalidDataException>(() => template.Render([new("assistant", "x")], "", "").ToList()).Message, StringComparison.Ordinal);
        Assert.Contains("tool", Assert.Throws<InvalidDataException>(() => template.Render([new("tool", "x")], "", "").ToList()).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_chat_model_answers_messages_and_continues_other_prompts()
    {
        var vocabulary = ChatVocabulary();
        var config = InferenceModels.Random().Config with { VocabularySize = vocabulary.Tokens.Length };
        using var model = new LocalLanguageModel(new ModelFile(config, vocabulary, InferenceModels.RandomWeights(config, 1)), "local/chat", threads: 1);
        Assert.True(model.IsChat);
        var sampling = new Sampling(0, 1, 0, 0, 5, [], 1);
        var message = await model.CompleteAsync(new("Hi", sampling) { IsMessage = true }, TestContext.Current.CancellationToken);
        var turns = await model.GenerateAsync(new("", [new("user", "Hi")], sampling), TestContext.Current.CancellationToken);
        var plain = await model.CompleteAsync(new("Hi", sampling), TestContext.Current.CancellationToken);
        Assert.Equal(message, turns.Completion);
        Assert.Equal(model.CountTokens("Hi"), plain.Usage.PromptTokens);
        Assert.True(message.Usage.PromptTokens > plain.Usage.PromptTokens);
    }

    static Vocabulary ChatVocabulary()
    {
        var plain = InferenceModels.Vocabulary;
        return plain with
        {
            Tokens = [.. plain.Tokens, "<|im_start|>", "<|im_end|>"],
            Kinds = [.. Enumerable.Range(0, plain.Tokens.Length).Select(plain.KindOf), TokenKind.Control, TokenKind.Control],
            EndTokens = [plain.EndOfText, plain.Tokens.Length + 1],
            ChatTemplate = "<|im_start|>",
        };
    }
}
