using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays Stripe and an operator of the inbox.</summary>
internal sealed class WebhooksDriver(BillingApp app)
{
    /// <summary>Delivers an event as Stripe does.</summary>
    /// <exception cref="HttpRequestException">It was not accepted.</exception>
    public async Task DeliverAsync(string payload)
    {
        using var request = WebhookRequestBuilder.Signed(payload);
        using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The ids of the events in the inbox.</summary>
    /// <param name="status">Such as <c>applied</c>.</param>
    public Task<IReadOnlyList<string>> EventIdsAsync(string status) => PagesDriver.IdsAsync(app.Http, $"api/webhook_events?status={status}&limit=100");

    /// <summary>Waits until an event has a status.</summary>
    /// <returns>The event.</returns>
    public async Task<JsonElement> UntilAsync(string id, string status)
    {
        var found = await Poll.UntilAsync(
            async () => (await app.Http.GetFromJsonAsync<JsonElement>($"api/webhook_events?status={status}&limit=100", TestContext.Current.CancellationToken))
                .GetProperty("data").EnumerateArray().Where(one => one.GetProperty("id").GetString() == id).Select(one => (JsonElement?)one).FirstOrDefault(),
            one => one is not null);
        return found!.Value;
    }

    /// <summary>Waits until every event has been applied or has failed.</summary>
    /// <param name="replay">Whether to queue again what does not move: after a kill the queue hides what the process held for ten minutes.</param>
    /// <param name="timeout">How long to wait.</param>
    public async Task SettleAsync(bool replay, TimeSpan? timeout = null)
    {
        IReadOnlyList<string> before = [];
        await Poll.UntilAsync(
            async () =>
            {
                // One page: to read them all would slow down what is waited for.
                var page = await app.Http.GetFromJsonAsync<JsonElement>("api/webhook_events?status=received&limit=100", TestContext.Current.CancellationToken);
                IReadOnlyList<string> left = [.. page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];
                if (replay && left.SequenceEqual(before))
                {
                    await Parallel.ForEachAsync(left, async (id, _) => await ReplayAsync(id));
                }

                return before = left;
            },
            left => left.Count == 0,
            timeout,
            every: TimeSpan.FromMilliseconds(replay ? 1000 : 200));
    }

    public async Task ReplayAsync(string id)
    {
        using var response = await app.Http.PostAsync($"api/webhook_events/{id}/replay", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}
