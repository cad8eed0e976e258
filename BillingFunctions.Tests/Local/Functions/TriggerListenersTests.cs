using BillingFunctions.Local.Functions;

namespace BillingFunctions.Tests.Local.Functions;

public sealed class TriggerListenersTests
{
    [Fact]
    public async Task Stop_OneListenerFails_StopsTheOthersAndThrowsTheFirst()
    {
        var stopped = new List<string>();
        var listeners = new TriggerListeners([
            new Listener(() => stopped.Add("first")),
            new Listener(() => throw new TimeoutException("second")),
            new Listener(() => throw new TimeoutException("third")),
            new Listener(() => stopped.Add("fourth")),
        ]);
        await listeners.StartAsync(TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => listeners.StopAsync(TestContext.Current.CancellationToken));

        Assert.Equal("third", exception.Message);
        Assert.Equal(["fourth", "first"], stopped);
    }

    private sealed class Listener(Action stop) : ITriggerListener
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            stop();
            return Task.CompletedTask;
        }
    }
}
