using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>
/// Reads messages of a <c>-poison</c> queue. Functions that drain one bind the text: a message that they could not bind would stay there for ever, since there is
/// no poison queue behind a poison queue.
/// </summary>
public sealed class PoisonMessages(FailedJobStore failedJobs)
{
    /// <summary>As in host.json.</summary>
    public const int Deliveries = 5;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Reads a message, or takes one that nobody can read into the failed jobs. Reading it twice adds one job.</summary>
    /// <param name="queue">The queue where it failed.</param>
    /// <param name="text">The message as it lay in the queue.</param>
    /// <param name="isOurs">Whether storage can have what it is about.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>Null when it cannot be read.</returns>
    internal async Task<T?> ReadAsync<T>(string queue, string text, Func<T, bool> isOurs, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize<T>(text, Strict) is { } message && isOurs(message))
            {
                return message;
            }

            await GiveUpAsync(queue, text, $"The message is not a {typeof(T).Name} of ours.", cancellationToken);
        }
        catch (JsonException unreadable)
        {
            await GiveUpAsync(queue, text, $"The message cannot be read as {typeof(T).Name}: {unreadable.Message}", cancellationToken);
        }

        return null;
    }

    /// <summary>Takes a message that is about nothing here into the failed jobs, under a digest of its text.</summary>
    internal Task GiveUpAsync(string queue, string text, string error, CancellationToken cancellationToken) => failedJobs.AddAsync(
        queue, $"unreadable-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8))}", text, error, Deliveries, cancellationToken);
}
