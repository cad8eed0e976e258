// Most of what a test does is to wait for processes; more tests at once than cores keep these busy.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace BillingFunctions.Tests.Fixtures;

/// <summary>Tests of timing and memory run alone: beside others they would measure the others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
