using System.Collections.Concurrent;
using Azure.Data.Tables;
using BillingFunctions.Platform.Http;
using BillingFunctions.Tests.Fixtures;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.Http;

/// <summary>Requests with few keys and bodies, several at once from two processes, some of which break off or die: one effect a key, and one answer.</summary>
public sealed class IdempotentRequestsModelTests(AzuriteFixture azurite)
{
    private static readonly Gen<KeyedRequest> Request = Gen.Select(
        Gen.Int[0, 1], Gen.Int[0, 2], Gen.Frequency((6, RequestEnd.Created), (2, RequestEnd.Refused), (2, RequestEnd.Fails), (1, RequestEnd.Dies)), (key, body, end) => new KeyedRequest(key, Math.Max(0, body - 1), end));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Rounds of requests at once. After each the lease of those that have died is over.</summary>
    [Fact]
    public async Task Run_AtOnceAndAgain_OneEffectAKey()
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(IdempotentRequests.Table, Token);
        var samples = 0;

        await Request.Array[1, 5].Array[1, 4].SampleAsync(
            async rounds => await PlayAsync(tables, $"sample {Interlocked.Increment(ref samples)}", rounds),
            TestContext.Current.TestOutputHelper!.WriteLine,
            iter: Iterations.OrAsSet(15),
            print: rounds => string.Join("; ", rounds.Select(round => string.Join(", ", round))));
    }

    private static async Task PlayAsync(TableServiceClient tables, string operation, KeyedRequest[][] rounds)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        IdempotentRequests[] processes = [new(tables, clock), new(tables, clock)];
        var (things, answers) = (new ConcurrentDictionary<string, KeyedRequest>(), new ConcurrentQueue<KeyedAnswer>());
        foreach (var round in rounds)
        {
            await Task.WhenAll(round.Select((request, number) => Task.Run(async () => answers.Enqueue(await SendAsync(processes[number % 2], operation, request, things)), Token)));
            clock.Advance(TimeSpan.FromSeconds(61));
        }

        // Whoever has died is sent again at last, until there is an answer.
        foreach (var (key, body) in answers.Where(answer => answer.Status == StatusCodes.Status201Created).Select(answer => (answer.Request.Key, answer.Request.Body)).Distinct().ToList())
        {
            answers.Enqueue(await SendAsync(processes[0], operation, new KeyedRequest(key, body, RequestEnd.Created), things));
        }

        foreach (var ofKey in answers.GroupBy(answer => answer.Request.Key))
        {
            var created = ofKey.Where(answer => answer.Status == StatusCodes.Status201Created).ToList();
            Assert.True(created.DistinctBy(answer => (answer.Id, answer.Request.Body)).Count() <= 1, $"Several answers: {string.Join(", ", created)}");
            Assert.True(things.Values.Count(thing => thing.Key == ofKey.Key) <= 1, $"Several effects of key {ofKey.Key}.");
            Assert.True(created.Count == 0 || things.ContainsKey(created[0].Id!), "What was answered is not there.");
            Assert.All(ofKey, answer => Assert.Contains(answer.Status, new[] { 201, 400, 409, 422, 500, 0 }));
            Assert.All(ofKey.Where(answer => answer.Status == 422), answer => Assert.True(ofKey.Any(other => other.Request.Body != answer.Request.Body), $"{answer} without another body."));
        }
    }

    /// <returns>The answer; status 500 when the work has failed, 0 when the process has died.</returns>
    private static async Task<KeyedAnswer> SendAsync(IdempotentRequests process, string operation, KeyedRequest sent, ConcurrentDictionary<string, KeyedRequest> things)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Idempotency-Key"] = $"key {sent.Key}";
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = process.RunAsync(request, operation, new[] { (byte)sent.Body }, Guid.NewGuid().ToString(), CreateAsync, Token);
        try
        {
            return await Task.WhenAny(answer, died.Task) == answer ? Read(await answer) : new KeyedAnswer(sent, 0, null);
        }
        catch (InvalidOperationException)
        {
            return new KeyedAnswer(sent, StatusCodes.Status500InternalServerError, null);
        }

        async Task<IResult> CreateAsync(string id)
        {
            if (sent.End == RequestEnd.Refused && !things.ContainsKey(id))
            {
                return Results.BadRequest();
            }

            Assert.Equal(sent.Body, things.GetOrAdd(id, sent).Body);
            if (sent.End == RequestEnd.Dies)
            {
                died.SetResult();
                await new TaskCompletionSource().Task;
            }

            return sent.End == RequestEnd.Fails ? throw new InvalidOperationException("It broke off.") : new CreatedAnswer(StatusCodes.Status201Created, id, $"\"{id}\"");
        }

        KeyedAnswer Read(IResult result) => new(sent, Assert.IsAssignableFrom<IStatusCodeHttpResult>(result).StatusCode ?? 0, (result as CreatedAnswer)?.Location);
    }

    private sealed record KeyedRequest(int Key, int Body, RequestEnd End);

    private sealed record KeyedAnswer(KeyedRequest Request, int Status, string? Id);

    /// <summary>What becomes of a request that is run.</summary>
    private enum RequestEnd
    {
        Created,
        Refused,
        Fails,
        Dies,
    }
}
