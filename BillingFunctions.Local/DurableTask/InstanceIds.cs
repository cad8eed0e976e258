namespace BillingFunctions.Local.DurableTask;

/// <summary>Which instance ids are allowed: they are keys in a table and parts of a URL.</summary>
internal static class InstanceIds
{
    private const int MaxLength = 100;

    /// <exception cref="ArgumentException">The id is not allowed.</exception>
    public static void Check(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (instanceId.StartsWith('@'))
        {
            throw new ArgumentException("Orchestration instance ids must not start with @.", nameof(instanceId));
        }

        if (instanceId.Any(character => character is '/' or '\\' or '#' or '?' || char.IsControl(character)))
        {
            throw new ArgumentException(
                "Orchestration instance ids must not contain /, \\, #, ?, or control characters.", nameof(instanceId));
        }

        if (instanceId.Length > MaxLength)
        {
            throw new ArgumentException($"Instance ID lengths must not exceed {MaxLength} characters.", nameof(instanceId));
        }
    }
}
