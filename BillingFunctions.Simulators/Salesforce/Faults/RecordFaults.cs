using BillingFunctions.Simulators.Salesforce.Api;

namespace BillingFunctions.Simulators.Salesforce.Faults;

/// <summary>Decides which single records are refused when the API writes them. Thread-safe.</summary>
/// <remarks>A record is named by its id of 18 characters or by the text in any of its fields, such as its external id.</remarks>
public sealed class RecordFaults(int seed)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _locked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SalesforceProblem> _refused = new(StringComparer.Ordinal);
    private readonly Random _random = new(seed);

    /// <summary>The share of all records written that are refused with <c>UNABLE_TO_LOCK_ROW</c>, 0 to 1; may be changed at any time.</summary>
    public double LockedRowRate { get; set; }

    /// <summary>Refuses the next writes of a record with <c>UNABLE_TO_LOCK_ROW</c>, which passes when it is tried again.</summary>
    /// <param name="record"><inheritdoc cref="RecordFaults" path="/remarks"/></param>
    /// <param name="times">How many writes, at least 1.</param>
    public void Lock(string record, int times = 1)
    {
        lock (_lock)
        {
            _locked[record] = times;
        }
    }

    /// <summary>Refuses every write of a record, until <see cref="Heal"/>.</summary>
    /// <param name="record"><inheritdoc cref="RecordFaults" path="/remarks"/></param>
    /// <param name="code">The status code; by default that of a validation rule.</param>
    public void Refuse(string record, string code = "FIELD_CUSTOM_VALIDATION_EXCEPTION", string message = "A validation rule refuses this record.")
    {
        lock (_lock)
        {
            _refused[record] = new SalesforceProblem(400, code, message);
        }
    }

    /// <summary>Forgets what was given to <see cref="Lock"/> and <see cref="Refuse"/> for this record.</summary>
    public void Heal(string record)
    {
        lock (_lock)
        {
            _locked.Remove(record);
            _refused.Remove(record);
        }
    }

    /// <param name="names">The texts of the record, before and after the write.</param>
    /// <returns>What the record is refused with; null when it may be written.</returns>
    internal SalesforceProblem? Next(IReadOnlyCollection<string> names)
    {
        lock (_lock)
        {
            var isUnlucky = _random.NextDouble() < LockedRowRate;
            if (names.FirstOrDefault(_refused.ContainsKey) is { } refused)
            {
                return _refused[refused];
            }

            return TakeLock(names) || isUnlucky ? SalesforceProblem.LockedRow : null;
        }
    }

    private bool TakeLock(IReadOnlyCollection<string> names)
    {
        if (names.FirstOrDefault(_locked.ContainsKey) is not { } name)
        {
            return false;
        }

        if (--_locked[name] == 0)
        {
            _locked.Remove(name);
        }

        return true;
    }
}
