using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace SelfInstruct.Models.Calls;

/// <summary>
/// A file as multipart/form-data. Written here, because the platform's writer leaves out the quotes around names, which
/// some servers insist on.
/// </summary>
static class FileForm
{
    /// <param name="purpose">Of the file; a plain word.</param>
    /// <param name="fileName">Plain as well.</param>
    /// <param name="file">JSON lines.</param>
    public static (byte[] Body, MediaTypeHeaderValue Type) Write(string purpose, string fileName, ReadOnlySpan<byte> file)
    {
        // A hash of the file cannot stand in the file.
        var boundary = "selfinstruct" + Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, 16));
        var head = Encoding.ASCII.GetBytes(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n{purpose}\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{fileName}\"\r\nContent-Type: application/jsonl\r\n\r\n");
        var tail = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        var body = new ArrayBufferWriter<byte>(head.Length + file.Length + tail.Length);
        body.Write(head);
        body.Write(file);
        body.Write(tail);
        return (body.WrittenSpan.ToArray(), MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}"));
    }
}
