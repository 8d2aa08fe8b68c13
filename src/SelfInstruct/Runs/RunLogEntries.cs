using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SelfInstruct.Tasks;

namespace SelfInstruct.Runs;

/// <summary>Entries of one kind in an <see cref="IRunLog"/>.</summary>
public static class RunLogEntries
{
    extension(IRunLog log)
    {
        /// <inheritdoc cref="IRunLog.AppendAsync"/>
        public Task AppendAsync<T>(T item, JsonTypeInfo<T> type, string? key, CancellationToken cancellationToken) =>
            log.AppendAsync([new LogEntry(key, JsonSerializer.SerializeToUtf8Bytes(item, type))], cancellationToken);

        /// <inheritdoc cref="IRunLog.AppendAsync"/>
        public Task AppendAsync<T>(IEnumerable<T> items, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
            log.AppendAsync([.. items.Select(item => new LogEntry(null, JsonSerializer.SerializeToUtf8Bytes(item, type)))], cancellationToken);

        /// <summary>All durable entries, in order.</summary>
        /// <exception cref="InvalidDataException">An entry that is not a <typeparamref name="T"/>; says which.</exception>
        public async IAsyncEnumerable<T> ReadAsync<T>(JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var number = 0;
            await foreach (var json in log.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return JsonLines.Parse(log.Place, ++number, json.Span, type);
            }
        }

        /// <summary>The first of that key; null: none.</summary>
        /// <exception cref="InvalidDataException">It is not a <typeparamref name="T"/>.</exception>
        public async ValueTask<T?> FindAsync<T>(string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
            where T : class
        {
            try
            {
                return await log.FindKeyAsync(key, cancellationToken).ConfigureAwait(false) is { } json ? JsonSerializer.Deserialize(json.Span, type) : null;
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{log.Place}: the line of key {key} is not what belongs there ({e.Message}). Mend or remove that line.", e);
            }
        }
    }
}
