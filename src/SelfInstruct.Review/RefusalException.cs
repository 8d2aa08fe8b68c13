namespace SelfInstruct.Review;

/// <summary>A request that is answered with a status and one sentence.</summary>
sealed class RefusalException(int status, string message) : Exception(message)
{
    public int Status => status;
}
