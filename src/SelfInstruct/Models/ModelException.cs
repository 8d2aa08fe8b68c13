using System.Net;

namespace SelfInstruct.Models;

/// <summary>A model call that failed for good. The message names the place, the cause and a remedy.</summary>
public class ModelException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The provider answered, and will not do what was asked.</summary>
/// <param name="status">Of the answer.</param>
/// <param name="body">Of the answer, whole; what a provider says is wrong can be read from it.</param>
/// <param name="message">As of every <see cref="ModelException"/>.</param>
public sealed class RefusedException(HttpStatusCode status, string body, string message) : ModelException(message)
{
    public HttpStatusCode Status { get; } = status;

    public string Body { get; } = body;
}

/// <summary>No answer to what must not be sent twice: whether it had its effect is not known.</summary>
/// <param name="cause">What a call that is not tried again would end with.</param>
sealed class LostAnswerException(ModelException cause) : ModelException(cause.Message, cause);
