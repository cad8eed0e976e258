using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Subscriptions.History;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary>
/// Imports page by page, and notes the cursor after each. A page may be done twice, which changes nothing: a second snapshot says the same. Of two at one import, the one
/// that comes second to a page stops. When the rate limit has no room the message comes back later, and spends no attempt.
/// </summary>
public sealed class CarryOnImportFunctions(
    RunStore<SubscriptionImport> store,
    StripeSubscriptions stripe,
    SubscriptionStore subscriptions,
    SubscriptionEventHandler handler,
    ImportQueue queue,
    FailedJobStore failedJobs,
    PoisonMessages messages,
    IOptions<SubscriptionsOptions> options,
    TimeProvider time)
{
    private const int Parallelism = 16;

    /// <summary>After this long the next page is left to another message: a function may run for 5 minutes on the Consumption plan.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);

    [Function("CarryOnSubscriptionImportFunction")]
    public async Task RunAsync([QueueTrigger(ImportQueue.Name, Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        Edge.About("run_id", id);
        try
        {
            var began = time.GetTimestamp();
            for (var import = await store.FindAsync(id, cancellationToken); import is { IsDone: false }; import = await ImportPageAsync(import, cancellationToken))
            {
                if (time.GetElapsedTime(began) > Budget)
                {
                    await queue.EnqueueAsync(id, cancellationToken);
                    return;
                }
            }
        }
        catch (StripeThrottledException throttled)
        {
            await queue.EnqueueAsync(id, cancellationToken, throttled.WaitFrom(time.GetUtcNow()));
        }
        catch (Exception exception) when (StripeFailure.From(exception, cancellationToken) is { } failure)
        {
            await store.ChangeAsync(id, stored => stored is { IsDone: false } ? stored with { Error = failure.Reason } : null, cancellationToken);
            throw;
        }
    }

    /// <summary>Ends an import that failed each time, and takes it into the failed jobs: retried, it carries on from its cursor. May run twice.</summary>
    [Function("SubscriptionImportPoisonQueueFunction")]
    public async Task GiveUpAsync([QueueTrigger($"{ImportQueue.Name}-poison", Connection = StorageConnection.Name)] string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } import)
        {
            await messages.GiveUpAsync(ImportQueue.Name, id, "The message is not the id of an import.", cancellationToken);
            return;
        }

        if (!import.IsDone)
        {
            var error = import.Error ?? "It could not be carried on with; the log says why.";
            await failedJobs.AddAsync(ImportQueue.Name, id, id, error, PoisonMessages.Deliveries, cancellationToken);
            var failed = (SubscriptionImport stored) => stored with { Status = ImportStatus.Failed, Error = error, FinishedAt = time.GetUtcNow() };
            await store.ChangeAsync(id, stored => stored is { IsDone: false } ? failed(stored) : null, cancellationToken);
        }
    }

    /// <returns>The import after the page; null when somebody else has done it meanwhile.</returns>
    private async Task<SubscriptionImport?> ImportPageAsync(SubscriptionImport import, CancellationToken cancellationToken)
    {
        var (snapshots, next) = await stripe.ListAsync(import.Cursor, cancellationToken);
        var differences = new SubscriptionDifference?[snapshots.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, snapshots.Count, parallel, async (index, token) => differences[index] = await CompareAsync(import, snapshots[index], token));
        var done = (SubscriptionImport stored) => stored.With(differences, next, time.GetUtcNow());
        return await store.ChangeAsync(import.Id, stored => stored is { IsDone: false } && stored.Cursor == import.Cursor && stored.Read == import.Read ? done(stored) : null, cancellationToken);
    }

    private async Task<SubscriptionDifference?> CompareAsync(SubscriptionImport import, SubscriptionEvent snapshot, CancellationToken cancellationToken)
    {
        var known = await subscriptions.FindAsync(snapshot.SubscriptionId, cancellationToken) ?? SubscriptionState.Empty;
        var (before, after) = import.Compare ? (known, known.With([snapshot])) : await handler.ApplyAsync(snapshot.SubscriptionId, [snapshot], cancellationToken);
        return SubscriptionDifference.Between(before, after, options.Value.Grace, time.GetUtcNow());
    }
}
