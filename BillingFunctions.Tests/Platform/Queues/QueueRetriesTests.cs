using BillingFunctions.Platform.Queues;

namespace BillingFunctions.Tests.Platform.Queues;

public sealed class QueueRetriesTests
{
    [Fact]
    public void For_NoSettings_IsTheDefault()
    {
        var policy = new QueueRetries().For("usage", 3, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));

        Assert.Equal(3, policy.MaxAttempts);
        Assert.Equal([10, 60, 60], new[] { 1, 2, 7 }.Select(attempts => policy.After(attempts).TotalSeconds));
    }

    [Fact]
    public void For_Settings_CountForTheirQueueOnly()
    {
        var retries = Retries("usage", attempts: 5, "00:00:01, 00:00:30");

        var (policy, other) = (retries.For("USAGE", 3, TimeSpan.FromSeconds(10)), retries.For("mails", 3, TimeSpan.FromSeconds(10)));

        Assert.True(new QueueRetriesValidator().Validate(null, retries).Succeeded);
        Assert.Equal((5, 1, 30), (policy.MaxAttempts, policy.After(1).TotalSeconds, policy.After(2).TotalSeconds));
        Assert.Equal((3, 10), (other.MaxAttempts, other.After(1).TotalSeconds));
    }

    /// <summary>App Service on Linux takes no hyphen in the name of a setting.</summary>
    [Theory]
    [InlineData("connector-stripe")]
    [InlineData("connector_stripe")]
    public void For_QueueOfAConnector_MayBeWrittenWithUnderscores(string written)
    {
        var retries = Retries(written, attempts: 5, backoff: null);

        Assert.True(new QueueRetriesValidator().Validate(null, retries).Succeeded);
        Assert.Equal(5, retries.For("connector-stripe", 8, TimeSpan.FromSeconds(10)).MaxAttempts);
    }

    [Theory]
    [InlineData(0, null, "Queues__usage__MaxAttempts is 0; it must be from 1 to 20.")]
    [InlineData(21, null, "Queues__usage__MaxAttempts is 21; it must be from 1 to 20.")]
    [InlineData(null, "10", "Queues__usage__Backoff is '10'; it must be")]
    [InlineData(null, "00:00:00", "Queues__usage__Backoff is '00:00:00'; it must be")]
    [InlineData(null, "00:00:10,", "Queues__usage__Backoff is '00:00:10,'; it must be")]
    [InlineData(null, "00:00:10;00:01:00", "Queues__usage__Backoff is")]
    [InlineData(null, "2.00:00:00", "Queues__usage__Backoff is")]
    public void Validate_WrongValue_NamesTheSettingAndWhatIsAllowed(int? attempts, string? backoff, string message) =>
        Assert.Contains(message, new QueueRetriesValidator().Validate(null, Retries("usage", attempts, backoff)).FailureMessage, StringComparison.Ordinal);

    [Fact]
    public void Validate_QueueThatDoesNotExist_SaysWhichDo() => Assert.Contains(
        "Queues__usagee__… is set, and there are no such queues; queues are usage, and connector- with the name of a connector, such as connector-stripe.", new QueueRetriesValidator().Validate(null, Retries("usagee", 3, null)).FailureMessage, StringComparison.Ordinal);

    private static QueueRetries Retries(string queue, int? attempts, string? backoff) =>
        new() { Queues = { [queue] = new QueueRetrySettings { MaxAttempts = attempts, Backoff = backoff } } };
}
