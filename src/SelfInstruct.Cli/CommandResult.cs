using System.Text.Json.Nodes;

namespace SelfInstruct.Cli;

/// <param name="Json">What `--json` prints, without the fields every command has.</param>
/// <param name="Error">Said on stderr, if anything went wrong.</param>
sealed record CommandResult(JsonObject Json, int Code = ExitCode.Done, string? Error = null);
