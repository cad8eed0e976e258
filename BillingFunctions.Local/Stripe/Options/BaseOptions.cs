using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>The parameters of a call. Null is not sent, except in the properties that say that it clears the field.</summary>
public class BaseOptions : INestedOptions
{
    private readonly HashSet<string> _assigned = [];

    /// <summary>Fields to answer with the whole object instead of its id.</summary>
    public List<string>? Expand { get; set; }

    /// <summary>Parameters that have no property here.</summary>
    [JsonExtensionData]
    public IDictionary<string, object> ExtraParams { get; set; } = new Dictionary<string, object>();

    public void AddExpand(string value) => (Expand ??= []).Add(value);

    public void AddRangeExpand(IEnumerable<string> values) => (Expand ??= []).AddRange(values);

    /// <exception cref="ArgumentException">The key has been added before.</exception>
    public void AddExtraParam(string key, object value) => ExtraParams.Add(key, value);

    internal BaseOptions Clone() => (BaseOptions)MemberwiseClone();

    internal bool IsAssigned(string property) => _assigned.Contains(property);

    /// <summary>Remembers that a property was set, so that a null in it is sent and clears the field.</summary>
    private protected void Assigned([CallerMemberName] string property = "") => _assigned.Add(property);
}
