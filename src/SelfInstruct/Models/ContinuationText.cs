namespace SelfInstruct.Models;

/// <summary>How a chat model is asked to go on with a text as a base model would.</summary>
static class ContinuationText
{
    public const string System = "Continue the user's text exactly where it ends, in the same format. Do not repeat any of it, and add no comment.";
}
