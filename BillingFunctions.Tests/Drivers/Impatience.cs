namespace BillingFunctions.Tests.Drivers;

/// <summary>Settings of an app whose tests wait for messages to fail for good: with host.json's own that takes half a minute.</summary>
internal static class Impatience
{
    public static (string Name, string Value)[] Queues { get; } =
    [
        ("AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:00:01"),
        ("AzureFunctionsJobHost__extensions__queues__maxPollingInterval", "00:00:00.2"),
    ];
}
