namespace BillingFunctions.Tests.Fixtures;

/// <summary>Tests of timing and memory run alone: beside others they would measure the others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
