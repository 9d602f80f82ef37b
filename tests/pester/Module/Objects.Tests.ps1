# B16: what cmdlets write are objects for the next cmdlet, the next file and the next script. Over all types by reflection.
BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    $assembly = (Get-Command Get-OnboardingContext).ImplementingType.Assembly
    $outputs = Get-Command -Module Onboarding -CommandType Cmdlet |
        ForEach-Object { $_.ImplementingType.GetCustomAttributes([System.Management.Automation.OutputTypeAttribute], $false).Type.Type } |
        Where-Object Assembly -EQ $assembly | Sort-Object -Unique FullName | ForEach-Object { @{ Type = $_; Name = $_.Name } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.Samples.psm1
    Import-BuiltModule

    # Parameters that mean something else than an output's property of that name, or have to be known before the first object comes.
    $apart = @(
        'Get-* WorkloadGroup', 'Get-* Phase', 'Get-* Platform', 'Get-* Since' # narrow a list; the object has a name already
        'New-* *'                                                             # what is made gets names and values of its own
        '* KubeConfig'                                                        # the cluster is opened before the first object
        'Register-MeshWorkload Session', 'Unregister-MeshWorkload Reason'     # what is wanted, not what was
        'Test-MeshOnboarding Category', 'Test-WorkloadGroupPolicy Path', 'Test-WorkloadGroupPolicy Since', 'Wait-MeshWorkload For', 'Export-MeshBootConfiguration Revision', 'Start-OnboardingPlane DataDirectory'
    )
}

Describe 'B16: <Name>' -ForEach $outputs {
    It 'has no property whose text is the name of its type' {
        # What is hidden is in no export: a secret is to be asked for by its name.
        $shown = $Type.GetProperties() | Where-Object { -not $_.GetCustomAttributes([System.Management.Automation.HiddenAttribute], $false) }
        foreach ($property in $shown) {
            $kind = [Nullable]::GetUnderlyingType($property.PropertyType) ?? $property.PropertyType
            $kind.IsArray | Should -BeFalse -Because "$property exports as $kind"
            $kind.GetMethod('ToString', [type[]]@()).DeclaringType | Should -Not -Be ([object]) -Because "$property exports as $kind"
            $kind.FullName | Should -Not -Match '^System\.(Collections|Object)' -Because "$property exports as $kind"
        }
    }

    It 'has no text that lists several facts' {
        $singular = 'Status', 'KubeConfig', 'Address', 'Policy', 'Source', 'NearestMiss'
        $texts = $Type.GetProperties() | Where-Object { $_.PropertyType -eq [string] }
        $texts.Name | Where-Object { $_ -cmatch 's$' -and $_ -notin $singular } | Should -BeNullOrEmpty
        $texts.Name | Where-Object { $_ -in 'Identity', 'Timeline', 'Token', 'Subject' } | Should -BeNullOrEmpty
    }

    It 'has one meaning of a name: WorkloadGroup is the name, Group at most its alias' {
        $Type.GetProperties().Name | Should -Not -Contain 'Group'
        if ($Type.GetProperty('WorkloadGroup')) {
            $Type.GetProperty('Namespace') | Should -Not -BeNullOrEmpty
        }
    }

    It 'can be piped by name wherever a parameter has the name of a property' {
        foreach ($property in $Type.GetProperties().Name) {
            foreach ($command in Get-Command -Module Onboarding -CommandType Cmdlet) {
                $parameter = $command.Parameters.Values | Where-Object { $_.Name -eq $property -or $_.Aliases -contains $property }
                if ($parameter -and -not ($apart | Where-Object { "$($command.Name) $($parameter.Name)" -like $_ })) {
                    $parameter.Attributes.ValueFromPipelineByPropertyName | Should -Contain $true -Because "$($command.Name) -$($parameter.Name)"
                }
            }
        }
    }
}

Describe 'B16: a terminal of 200 columns' {
    It 'shows names of <_> whole' -ForEach 'Workload', 'Status', 'Registration', 'Context' {
        $shown = "Import-Module '$(Get-BuiltManifest)'; Import-Module '$PSScriptRoot/../Support/Onboarding.Samples.psm1'; `$PSStyle.OutputRendering = 'PlainText'; Get-Sample$_ | Format-Table"
        $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($shown))
        $said = & script --quiet --return --command "stty cols 200 rows 50; '$(Get-PwshPath)' -NoProfile -EncodedCommand $encoded" /dev/null
        "$said" | Should -Match 'payments-prod|payments-production|prod-eu'
        "$said" | Should -Not -Match '…'
    }
}

Describe 'B16: rows of a table' {
    It 'are named by errors, by number and by the column that names a machine' {
        $rows = 'Host,Endpoint,Namespace,WorkloadGroup', 'web-1,http://one,shop,cart', ',http://two,shop,cart' | ConvertFrom-Csv
        $rows | Register-MeshWorkload -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.ErrorDetails.Message[0] | Should -Match '^\[\w+\] Row 1 \(web-1\): '
        $failed.ErrorDetails.Message[1] | Should -Match '^\[\w+\] Row 2: '
        $rows | Test-MeshOnboarding -ErrorVariable failed -ErrorAction SilentlyContinue | Out-Null
        $failed | ForEach-Object { $_.ErrorDetails.Message | Should -Match '^\[\w+\] Row \d' }
    }
}
