using Azure.Storage.Queues;
using BillingFunctions.Local.Functions.Queues;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace BillingFunctions.Tests.Local.Functions.Queues;

public sealed class MessageHoldTests(AzuriteFixture azurite)
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Renewal_FailsAgainAndAgain_IsTriedSoonerDownToAMinute()
    {
        var queue = new QueueClient(azurite.NewAccount(), "held");
        await queue.CreateIfNotExistsAsync();
        await queue.SendMessageAsync("x");
        var message = Assert.Single((await queue.ReceiveMessagesAsync(1)).Value);
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        using var hold = new MessageHold(queue, message, TimeSpan.FromMinutes(10), _clock, NullLogger.Instance);

        // Halfway at first, then after two minutes and a half, a quarter more than one, and one.
        foreach (var time in (string[])["05:00", "07:30", "08:45", "09:45", "10:45"])
        {
            await Poll.UntilAsync(() => Task.FromResult($"{_clock.NextTimer:mm:ss}"), next => next == time);
            _clock.Advance(_clock.NextTimer!.Value - _clock.GetUtcNow());
        }

        Assert.Equal(message.PopReceipt, (await hold.EndAsync()).PopReceipt);
    }
}
