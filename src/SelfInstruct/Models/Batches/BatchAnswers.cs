using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SelfInstruct.Models.Calls;

namespace SelfInstruct.Models.Batches;

/// <summary>From a line of results to what a single call would have come to.</summary>
sealed class BatchAnswers(IBatchable model)
{
    /// <summary>The request is answered, has failed for good, or is left open for a next batch.</summary>
    public void Apply(BatchedRequest request, BatchResult line)
    {
        if (line is not { Error: null, Response: { } response })
        {
            request.Postpone(model.Endpoint.Address, line.Error?.Message ?? line.Error?.Code ?? "it was not made");
        }
        else if (response.StatusCode is >= 200 and < 300)
        {
            Read(request, response);
        }
        else
        {
            Refuse(request, (HttpStatusCode)response.StatusCode, response.Body is { } body ? Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(body)) : "");
        }
    }

    void Read(BatchedRequest request, BatchResponse response)
    {
        try
        {
            var answer = response.Body?.Deserialize(ModelJson.Format.ModelAnswer) ?? throw new JsonException("There is no body.");
            request.Complete(model.Read(request.Request, answer));
        }
        catch (JsonException e)
        {
            request.Fail(new ModelException($"{model.Endpoint.Address}: a result of a batch is not a completion ({e.Message}). Ask without --batch.", e));
        }
        catch (ModelException e)
        {
            request.Fail(e);
        }
    }

    void Refuse(BatchedRequest request, HttpStatusCode status, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var quirks = RefusalReading.FindQuirks(status, body).Where(quirk => !request.Known.Contains(quirk)).ToList();
        if (RefusalReading.IsContentFilter(status, body))
        {
            request.Complete(LearningEndpoint.Filtered(request.Request));
        }
        else if (quirks.Count > 0)
        {
            // In a next batch it is written in the form that the server takes.
            quirks.ForEach(model.Learnt.Learn);
        }
        else if (AnswerReading.MayPass(status, ProviderError.Find(bytes)))
        {
            request.Postpone(model.Endpoint.Address, $"answered {(int)status}");
        }
        else
        {
            request.Fail(model.Endpoint.Refused(model.Path, status, bytes, OpenAIAnswers.Expected.RefusalRemedy));
        }
    }
}
