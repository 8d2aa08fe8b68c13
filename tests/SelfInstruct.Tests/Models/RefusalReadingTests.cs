using System.Net;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

/// <summary>Bodies as users of these providers have posted them in public issue trackers; where, at each.</summary>
public sealed class RefusalReadingTests
{
    [Theory]

    // OpenAI: microsoft/vscode-copilot-release#9954, johny-b/llmcomp#69, BittnerPierre/AI-Agent-Casebook#133, tailcallhq/forgecode#1177, continuedev/continue#2461.
    [InlineData("""{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}""", "max_completion_tokens")]
    [InlineData("""{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}""", "no_temperature")]
    [InlineData("""{"error":{"message":"Unsupported parameter: 'stop' is not supported with this model.","type":"invalid_request_error","param":"stop","code":"unsupported_parameter"}}""", "no_stop")]
    [InlineData("""{"error":{"message":"Unsupported value: 'messages[0].role' does not support 'system' with this model.","type":"invalid_request_error","param":"messages[0].role","code":"unsupported_value"}}""", "no_system_message")]
    [InlineData("""{"error":{"message":"Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 9 instead.","type":"invalid_request_error","param":"stop","code":"array_above_max_length"}}""", "at_most_4_stops")]

    // A proxy with another code: caozhiyuan/copilot-api#164.
    [InlineData("""{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"invalid_request_body"}}""", "max_completion_tokens")]

    // Azure in 2024, without a param: langchain-ai/langchain#20234; unknown arguments: OpenHands/OpenHands#6777 and openinterpreter#618.
    [InlineData("""{"error":{"message":"'$.stop' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.","type":"invalid_request_error","param":null,"code":null}}""", "at_most_4_stops")]
    [InlineData("""{"error":{"message":"Unrecognized request argument supplied: seed","type":"invalid_request_error","param":null,"code":null}}""", "no_seed")]
    [InlineData("""{"error":{"message":"Unrecognized request arguments supplied: seed, presence_penalty","type":"invalid_request_error","param":null,"code":null}}""", "no_seed no_penalties")]

    // OpenRouter, RooCodeInc/Roo-Code#3725, and with the provider's words as text (form of OpenRouterTeam/openrouter-examples#18).
    [InlineData("""{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","type":"invalid_request_error","param":"temperature","code":null}}""", "no_temperature")]
    [InlineData("""{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\n \"error\": {\n \"message\": \"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\",\n \"type\": \"invalid_request_error\",\n \"param\": \"max_tokens\",\n \"code\": \"unsupported_parameter\"\n }\n}","provider_name":"OpenAI"}}}""", "max_completion_tokens")]

    // A gateway's sentence before the JSON: musistudio/claude-code-router#173.
    [InlineData("""{"error":{"message":"Error from provider: {\n  \"error\": {\n    \"message\": \"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\",\n    \"type\": \"invalid_request_error\",\n    \"param\": \"max_tokens\",\n    \"code\": \"unsupported_parameter\"\n  }\n}","type":"api_error"}}""", "max_completion_tokens")]

    // Mistral: mistralai/platform-docs-public#7; through Azure: langchain-ai/langchain-azure#82.
    [InlineData("""{"object":"error","message":"{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"frequency_penalty\"],\"msg\":\"Extra inputs are not permitted\",\"input\":0.0,\"url\":\"https://errors.pydantic.dev/2.5/v/extra_forbidden\"}]}","type":"internal_error_proxy","param":null,"code":"1000"}""", "no_penalties")]
    [InlineData("""{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":123},{"type":"extra_forbidden","loc":["body","presence_penalty"],"msg":"Extra inputs are not permitted","input":0}]},"type":"invalid_request_error"}""", "no_seed no_penalties")]
    [InlineData("""{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":123}]}""", "no_seed")]

    // vLLM and Gemma's chat template: vllm-project/vllm#2964.
    [InlineData("""{"object":"error","message":"System role not supported","type":"BadRequestError","param":null,"code":400}""", "no_system_message")]

    // Gemini's endpoint for OpenAI's protocol: Vali-98/ChatterUI#227.
    [InlineData("""[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"frequency_penalty\": Cannot find field.\nInvalid JSON payload received. Unknown name \"seed\": Cannot find field.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"description":"x"}]}]}}]""", "no_penalties no_seed")]

    // xAI: neavo/LinguaGacha#159. Gemini: google-gemini/cookbook#1290.
    [InlineData("""{"code":"Client specified an invalid argument","error":"Argument not supported on this model: presencePenalty"}""", "no_penalties")]
    [InlineData("""{"error":{"code":400,"message":"Penalty is not enabled for this model","status":"INVALID_ARGUMENT"}}""", "no_penalties")]

    // Anthropic: BerriAI/litellm#3286, ragflow#11815 (whole of the inner body), BoltAI/BoltAI#410.
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"stop_sequences: each stop sequence must contain non-whitespace"}}""", "no_blank_stops")]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` and `top_p` cannot both be specified for this model. Please use only one."},"request_id":"req_011CVtwxbUMYkHKtk3YxTtSt"}""", "temperature_or_top_p")]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` is deprecated for this model."}}""", "no_temperature")]

    // Anthropic's API version 2026-10-21, as ttlequals0/MinusPod 2.101.10 quotes it.
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"temperature: Extra inputs are not permitted"}}""", "no_temperature")]
    public void A_refusal_names_what_to_do_otherwise(string body, string quirks) =>
        Assert.Equal(quirks, string.Join(' ', RefusalReading.FindQuirks(HttpStatusCode.BadRequest, body).Select(static quirk => quirk.Name)));

    [Theory]

    // Too long a prompt, from vLLM and DeepSeek (vllm-project/vllm#4667, evalstate/fast-agent#621).
    [InlineData("""{"object":"error","message":"max_tokens must be at least 1, got -186.","type":"BadRequestError","param":null,"code":400}""")]
    [InlineData("""{"error":{"message":"This model's maximum context length is 131072 tokens. However, you requested 131134 tokens (122942 in the messages, 8192 in the completion). Please reduce the length of the messages or completion.","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}""")]

    // max_tokens is named, but nothing in its place.
    [InlineData("""{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.","param":"max_tokens","code":"unsupported_parameter"}}""")]

    // Fields that are never sent, or of which no value was refused.
    [InlineData("""{"error":{"message":"Unrecognized request argument supplied: functions","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("""{"error":{"message":"Invalid 'temperature': decimal above maximum value.","type":"invalid_request_error","param":"temperature","code":"decimal_above_max_value"}}""")]
    [InlineData("""{"type":"error","error":{"details":null,"type":"invalid_request_error","message":"Invalid request data"}}""")]

    // Words of a prompt that a server repeats.
    [InlineData("""{"error":{"message":"Could not parse: I asked why the System role not supported message and 'stop' { appear."}}""")]
    [InlineData("temperature is deprecated for this model")]
    [InlineData("<html>{}</html>")]
    [InlineData("}{")]
    [InlineData("")]
    public void Another_refusal_stays_an_error(string body) => Assert.Empty(RefusalReading.FindQuirks(HttpStatusCode.BadRequest, body));

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public void Only_a_bad_request_teaches(HttpStatusCode status) =>
        Assert.Empty(RefusalReading.FindQuirks(status, """{"error":{"message":"Unrecognized request argument supplied: seed"}}"""));

    [Theory]

    // Azure: compl-ai/compl-ai#20; the same passed on by LiteLLM, BerriAI/litellm#16231.
    [InlineData(400, """{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":false,"severity":"safe"},"violence":{"filtered":true,"severity":"medium"}}}}}""", true)]
    [InlineData(400, """{"error":{"message":"The response was filtered","type":null,"param":null,"code":"400","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", true)]

    // OpenAI: BeehiveInnovations/pal-mcp-server#178. OpenRouter's moderation: its documentation, "Errors and Debugging".
    [InlineData(400, """{"error":{"message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting","type":"invalid_request_error","param":null,"code":"invalid_prompt"}}""", true)]
    [InlineData(403, """{"error":{"code":403,"message":"Input was flagged","metadata":{"reasons":["violence"],"flagged_input":"Write","provider_name":"OpenAI","model_slug":"openai/o1"}}}""", true)]
    [InlineData(400, """{"error":{"message":"bad","code":"invalid_value","param":"prompt"}}""", false)]
    [InlineData(500, """{"error":{"message":"filter is down","code":"content_filter"}}""", false)]
    [InlineData(403, """{"error":{"message":"Country, region, or territory not supported","code":"unsupported_country_region_territory"}}""", false)]
    public void A_content_filter_is_told_from_other_refusals(int status, string body, bool isFilter) =>
        Assert.Equal(isFilter, RefusalReading.IsContentFilter((HttpStatusCode)status, body));
}
