using System.ComponentModel;

namespace Azure.Storage.Blobs.Models;

/// <summary>How warm a blob is kept.</summary>
/// <param name="value">The tier as the service writes it.</param>
public readonly struct AccessTier(string value) : IEquatable<AccessTier>
{
    private readonly string _value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>Read often.</summary>
    public static AccessTier Hot { get; } = new(nameof(Hot));

    /// <summary>Read seldom, kept at least 30 days.</summary>
    public static AccessTier Cool { get; } = new(nameof(Cool));

    /// <summary>Read rarely, kept at least 90 days.</summary>
    public static AccessTier Cold { get; } = new(nameof(Cold));

    /// <summary>Compares, whatever the case.</summary>
    public static bool operator ==(AccessTier left, AccessTier right) => left.Equals(right);

    /// <summary>Compares, whatever the case.</summary>
    public static bool operator !=(AccessTier left, AccessTier right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(AccessTier other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object? obj) => obj is AccessTier other && Equals(other);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    /// <inheritdoc/>
    public override string ToString() => _value;
}
