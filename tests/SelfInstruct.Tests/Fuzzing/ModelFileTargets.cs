using System.Collections.Immutable;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.Tests.LocalModels;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Models of elsewhere: GGUF, and each file of a Hugging Face folder.</summary>
static class ModelFileTargets
{
    const string Index = """{"metadata":{"total_size":1},"weight_map":{"model.embed_tokens.weight":"model-00001-of-00001.safetensors","model.norm.weight":"model-00001-of-00001.safetensors"}}""";

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        new("GGUF", InputForm.Gguf, [Gguf("biases", GgufType.Q8), Gguf("llama3 scaling", GgufType.F16)], static workplace => bytes => Open(workplace.Put("model.gguf", bytes)), static error => error is InvalidDataException, Share: 0.5),
        OfFolder("safetensors", "model.safetensors", InputForm.Safetensors),
        OfFolder("config.json", "config.json", InputForm.Json),
        OfFolder("tokenizer.json", "tokenizer.json", InputForm.Json) with { Share = 0.1 },
        OfFolder("tokenizer_config.json", "tokenizer_config.json", InputForm.Json, """{"bos_token":"<s>","eos_token":{"content":"</s>"},"chat_template":"<|im_start|>","add_bos_token":true}""") with { Share = 0.1 },
        OfFolder("generation_config.json", "generation_config.json", InputForm.Json, """{"eos_token_id":[0,1],"bos_token_id":0}""") with { Share = 0.1 },
        OfFolder("index of safetensors", "model.safetensors.index.json", InputForm.Json, Index) with { Share = 0.2 },
        FuzzTarget.OfText("chat templates", ReadTemplate, "{% for m in messages %}<|im_start|>{{ m.role }}", "{{ bos_token }}[INST] <<SYS>>", "<|user|>\n{{ eos_token }}<|assistant|>", "<|start_header_id|>Cutting Knowledge Date<|end_header_id|>", "{{'<|im_start|>system\\nYou help.<|im_end|>'}}", "[INST][AVAILABLE_TOOLS]") with
        {
            Promised = static error => error is InvalidDataException,
        },
        FuzzTarget.OfText("text to tokens", ReadText, "The cat's 12 hats", "naïve e\u0301 \ud83d\ude00 日本 \n\n  x"),
    ];

    static byte[] Gguf(string variant, GgufType type)
    {
        using var workplace = new Workplace();
        GgufFile.Write(workplace.In("model.gguf"), InferenceModels.Variant(variant, width: 32), type, "fuzz");
        return File.ReadAllBytes(workplace.In("model.gguf"));
    }

    static FuzzTarget OfFolder(string name, string file, InputForm form, string? seed = null)
    {
        using var seeds = new Workplace();
        HuggingFaceFolder.Write(seeds.FolderPath, InferenceModels.Variant("biases", width: 32), SafetensorsType.F16);
        byte[] first = seed is null ? File.ReadAllBytes(seeds.In(file)) : System.Text.Encoding.UTF8.GetBytes(seed);
        return new FuzzTarget(
            name, form, [first],
            workplace =>
            {
                HuggingFaceFolder.Write(workplace.FolderPath, InferenceModels.Variant("biases", width: 32), SafetensorsType.F16);
                if (name == "index of safetensors")
                {
                    // An index is read where there is no single file of that name.
                    File.Move(workplace.In("model.safetensors"), workplace.In("model-00001-of-00001.safetensors"));
                }

                return bytes =>
                {
                    workplace.Put(file, bytes);
                    return Open(workplace.FolderPath);
                };
            },
            static error => error is InvalidDataException);
    }

    static int Open(string path)
    {
        using var stored = LocalModelPath.Open(path);
        var length = new BytePairTokenizer(stored.Vocabulary).Encode("The cat's 12 hats").Length;
        _ = ChatTemplate.Recognize(stored.Vocabulary);

        // Weights only where the file bears out their size, as the reader has checked.
        stored.Tensors.Read(DecoderTensors.Of(stored.Config).First(), 0, new float[stored.Config.Width]);
        return length;
    }

    static readonly BytePairTokenizer Tokenizer = new(InferenceModels.Vocabulary);

    static int ReadTemplate(string text)
    {
        var vocabulary = InferenceModels.Vocabulary with { ChatTemplate = text };
        return ChatTemplate.Recognize(vocabulary) is { } template
            ? template.Encode(new BytePairTokenizer(vocabulary), [new("system", text), new("user", "Hi"), new("assistant", text), new("user", text)]).Length
            : 0;
    }

    static int ReadText(string text)
    {
        var tokens = Tokenizer.Encode(text);
        return tokens.Length + Tokenizer.Decode(tokens).Length;
    }
}
