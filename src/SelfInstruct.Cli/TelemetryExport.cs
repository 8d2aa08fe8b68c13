using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using SelfInstruct.Runs;

namespace SelfInstruct.Cli;

/// <summary>
/// Sends traces and metrics by OTLP to the user's own collector, and only where one is named in the standard variable
/// OTEL_EXPORTER_OTLP_ENDPOINT; the other OTEL_ variables hold as well.
/// </summary>
sealed class TelemetryExport(IDisposable traces, IDisposable metrics) : IDisposable
{
    const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static TelemetryExport? StartIfAsked() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint)) ? null : new TelemetryExport(
        Sdk.CreateTracerProviderBuilder().AddSource(RunTelemetry.Name).AddOtlpExporter().Build(),
        Sdk.CreateMeterProviderBuilder().AddMeter(RunTelemetry.Name).AddOtlpExporter().Build());

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        traces.Dispose();
        metrics.Dispose();
    }
}
