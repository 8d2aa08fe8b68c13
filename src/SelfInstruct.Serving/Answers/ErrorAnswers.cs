using System.Text.Json;
using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Serving.Answers;

/// <summary>Errors in OpenAI's shape.</summary>
static class ErrorAnswers
{
    /// <summary>What went wrong inside is nobody's business outside.</summary>
    public static RefusalException Internal { get; } = new(500, "The server could not answer this request; what went wrong stands in its own output.", type: "server_error");

    public static byte[] Write(RefusalException refusal) =>
        JsonSerializer.SerializeToUtf8Bytes(new ErrorAnswer(new ErrorDetail(refusal.Message, refusal.Type, refusal.Param, refusal.Code)), AnswerJson.Format.ErrorAnswer);
}
