using System.Globalization;
using System.Text;

namespace Onboarding.BootConfiguration.Text;

/// <summary>Floating-point numbers as Go writes them.</summary>
internal static class GoNumber
{
    private const int Threshold = 6;

    /// <summary><c>encoding/json</c>: plain digits, an exponent only below 1e-6 and from 1e21.</summary>
    /// <exception cref="BootConfigurationException">JSON has no such number.</exception>
    public static string Json(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new BootConfigurationException($"json: unsupported value: {General(value)}");
        }

        double magnitude = Math.Abs(value);
        (string digits, int point, bool negative) = Shortest(value.ToString("R", CultureInfo.InvariantCulture));
        if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21))
        {
            return Exponent(digits, point - 1, negative, minimumDigits: 1);
        }

        return Plain(digits, point, negative);
    }

    /// <summary><c>strconv.FormatFloat(value, 'g', -1, 64)</c>.</summary>
    public static string General(double value) => General(value.ToString("R", CultureInfo.InvariantCulture), value);

    /// <summary><c>strconv.FormatFloat(value, 'g', -1, 32)</c>: how a number becomes the key of a map.</summary>
    public static string GeneralSingle(double value) =>
        General(((float)value).ToString("R", CultureInfo.InvariantCulture), (float)value);

    private static string General(string shortest, double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        // For the shortest form Go decides as if precision 6 had been asked for, however many digits there are.
        (string digits, int point, bool negative) = Shortest(shortest);
        int exponent = point - 1;
        return exponent is < -4 or >= Threshold
            ? Exponent(digits, exponent, negative, minimumDigits: 2)
            : Plain(digits, point, negative);
    }

    private static string Exponent(string digits, int exponent, bool negative, int minimumDigits)
    {
        var text = new StringBuilder(negative ? "-" : "").Append(digits[0]);
        if (digits.Length > 1)
        {
            text.Append('.').Append(digits, 1, digits.Length - 1);
        }

        return text.Append('e').Append(exponent < 0 ? '-' : '+')
            .Append(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(minimumDigits, '0')).ToString();
    }

    private static string Plain(string digits, int point, bool negative)
    {
        string sign = negative ? "-" : "";
        if (point <= 0)
        {
            return digits == "0" ? sign + "0" : $"{sign}0.{new string('0', -point)}{digits}";
        }

        return point >= digits.Length
            ? sign + digits + new string('0', point - digits.Length)
            : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    private static (string Digits, int Point, bool Negative) Shortest(string text)
    {
        bool negative = text[0] == '-';
        string unsigned = negative ? text[1..] : text;
        int e = unsigned.IndexOf('E', StringComparison.Ordinal);
        int exponent = e < 0 ? 0 : int.Parse(unsigned[(e + 1)..], CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? unsigned : unsigned[..e];
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        int point = (dot < 0 ? mantissa.Length : dot) + exponent;
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        point -= all.Length - digits.Length;
        digits = digits.TrimEnd('0');
        return digits.Length == 0 ? ("0", 1, negative) : (digits, point, negative);
    }
}
