using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;
using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Serving;

/// <summary>The model that is asked.</summary>
/// <param name="Name">As requests name it.</param>
/// <param name="Model">Disposed of by whoever opened it, after the server.</param>
/// <param name="Since">When it was opened.</param>
public sealed record ServedModel(string Name, LocalLanguageModel Model, DateTimeOffset Since)
{
    /// <summary>Tells answers of other weights apart.</summary>
    public string Fingerprint => "fp_" + Model.Id[(Model.Id.LastIndexOf(':') + 1)..];

    /// <exception cref="RefusalException">Requests name another model.</exception>
    internal void ThrowUnlessNamed(string? name)
    {
        if (name is null)
        {
            throw RefusalException.Missing("model");
        }

        if (name != Name)
        {
            throw new RefusalException(404, $"The model '{Shorten(name)}' does not exist; this server has '{Name}'.", "model", "model_not_found");
        }
    }

    /// <summary>Whether the model can begin with this; found out before anything is answered.</summary>
    /// <exception cref="RefusalException">It cannot.</exception>
    internal void Check(LocalRequest request)
    {
        var field = request.Turns.IsDefaultOrEmpty ? "prompt" : "messages";
        try
        {
            var positions = Model.CountPositions(request);
            if (positions > Model.ContextLength)
            {
                throw new RefusalException(
                    400, $"This model's maximum context length is {Model.ContextLength} tokens, and your request takes {positions}. Shorten it.", field, "context_length_exceeded");
            }

            if (positions == 0)
            {
                throw new RefusalException(400, "The prompt is empty, and this model has no token to start a text with.", field, "invalid_value");
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new RefusalException(400, "Invalid 'prompt': it has a token that the model's vocabulary does not have.", field, "invalid_value");
        }
        catch (InvalidDataException wrongTurn)
        {
            throw new RefusalException(400, $"Invalid 'messages': {wrongTurn.Message}", field, "invalid_value");
        }
        catch (ModelException)
        {
            throw new RefusalException(400, "This model has no chat template of a known form and cannot answer messages; ask /v1/completions to continue a text.", "messages", "no_chat_template");
        }
    }

    static string Shorten(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
