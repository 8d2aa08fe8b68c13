namespace SelfInstruct.Serving.Requests;

/// <summary>A request that is not answered, in OpenAI's terms.</summary>
/// <param name="status">Of the HTTP answer, 400 to 599.</param>
/// <param name="message">For the caller: what is wrong, and what would be right.</param>
/// <param name="param">The field that is wrong; null: none in particular.</param>
/// <param name="code">In OpenAI's words where there is one; null: none.</param>
/// <param name="type">OpenAI's kind of error.</param>
public sealed class RefusalException(int status, string message, string? param = null, string? code = null, string type = "invalid_request_error") : Exception(message)
{
    public int Status { get; } = status;

    public string? Param { get; } = param;

    public string? Code { get; } = code;

    public string Type { get; } = type;

    internal static RefusalException Missing(string field) =>
        new(400, $"Missing required parameter: '{field}'.", field, "missing_required_parameter");

    internal static RefusalException Invalid(string field, string expected) => new(400, $"Invalid '{field}': expected {expected}.", field, "invalid_value");

    /// <summary>A field of OpenAI's that would change the answer.</summary>
    internal static RefusalException Unsupported(string field, string why = "this server has nothing of the kind") =>
        new(400, $"Unsupported parameter: '{field}' is not supported here; {why}. Leave it out.", field, "unsupported_parameter");
}
