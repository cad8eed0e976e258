using BillingFunctions.Local.DurableTask;

namespace BillingFunctions.Tests.Local.DurableTask;

public sealed class DurableOptionsTests
{
    [Fact]
    public void Concurrency_NotSet_IsTenPerProcessorAsInAzure()
    {
        var options = new DurableOptions();

        Assert.Equal(10 * Environment.ProcessorCount, options.MaxConcurrentActivityFunctions);
        Assert.Equal(10 * Environment.ProcessorCount, options.MaxConcurrentOrchestratorFunctions);
    }
}
